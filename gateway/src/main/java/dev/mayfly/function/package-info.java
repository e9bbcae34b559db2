/**
 * From a Wasm file to a snapshot: compile, make the image, boot, keep; each step's result cached by content.
 *
 * <pre>
 * Configuration.Function
 *   │ Compiler     mayfly-compiler, a process    key: SHA-256 of Wasm and compiler fingerprint
 *   ▼
 * Compiled code ┐
 * FileTree      ├─ ImageLayout, ImageWriter      key: code, settings, files with their contents
 * settings      ┘
 *   ▼
 * Image
 *   │ BootPlan (decides), Booter (does)          key: image, engine, snapshot point, handler, boot time
 *   ▼
 * Snapshot ──▶ Deployed
 * </pre>
 *
 * {@link dev.mayfly.function.Deployer} goes this way for one function, {@link dev.mayfly.function.DeployAll} for a configuration. Everything blocks,
 * so it is called on worker threads, never on an event loop.
 */
package dev.mayfly.function;
