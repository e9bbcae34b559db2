// A server as a service worker writes it: the fetch event of StarlingMonkey, the engine inside componentize-js.
addEventListener('fetch', (event) => event.respondWith(answer(event.request)));

async function answer(request) {
  const url = new URL(request.url);
  console.log(`${request.method} ${url.pathname}`);
  const upstream = url.searchParams.get('upstream');
  if (upstream) {
    const response = await fetch(upstream);
    return new Response(`${response.status} ${await response.text()}`);
  }
  if (request.method === 'POST') {
    return new Response(await request.arrayBuffer(), { headers: { 'content-type': request.headers.get('content-type') } });
  }
  if (url.pathname.endsWith('/fresh')) {
    return Response.json({ now: Date.now(), random: crypto.randomUUID(), seen: ++seen });
  }
  return new Response('Hello from JavaScript!\n', { headers: { 'content-type': 'text/plain' } });
}

let seen = 0;
