import { AutoRouter } from 'itty-router';

const router = AutoRouter();

router
  .get('/hello/:name', ({ name }) => `Hello, ${name}!`)
  .post('/echo', async (request) => new Response(await request.text()))
  .get('*', () => new Response('Hello from Spin and JavaScript!'));

addEventListener('fetch', (event) => {
  console.log(`spin: ${event.request.url}`);
  event.respondWith(router.fetch(event.request));
});
