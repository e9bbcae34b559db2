const path = require('path');
const SpinSdkPlugin = require('@fermyon/spin-sdk/plugins/webpack');

module.exports = {
  entry: './src/spin.js',
  experiments: { outputModule: true },
  output: { path: path.resolve(__dirname), filename: 'dist.js', module: true, library: { type: 'module' } },
  plugins: [new SpinSdkPlugin()],
  optimization: { minimize: false },
  performance: { hints: false },
};
