import { ResponseBuilder } from '@fermyon/spin-sdk';
import { handler } from './index.js';

const told = error => error.payload?.tag ?? error.payload?.val ?? String(error);

addEventListener('fetch', event => {
  event.respondWith(new Promise(resolve => {
    const response = new ResponseBuilder(resolve);
    handler(event.request, response).catch(error => response.status(500).send(`error in handler: ${told(error)}`));
  }));
});
