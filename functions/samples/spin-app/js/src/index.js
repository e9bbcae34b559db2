import { Kv, Router, Sqlite, Variables } from '@fermyon/spin-sdk';

const text = new TextDecoder();
const router = Router();

/** A visit counts, for everybody. */
router.get('/js/visits/:name', ({ params }, request, response) => {
  const store = Kv.openDefault();
  const visits = Number(store.exists(params.name) ? text.decode(store.get(params.name)) : 0) + 1;
  store.set(params.name, String(visits));
  response.send(`${Variables.get('greeting')}, ${params.name}: ${visits}`);
});

router.get('/js/names', (meta, request, response) => response.send(Kv.openDefault().getKeys().sort().join(' ')));

router.delete('/js/visits/:name', ({ params }, request, response) => {
  Kv.openDefault().delete(params.name);
  response.status(204).send();
});

router.get('/js/store/:label', ({ params }, request, response) => {
  Kv.open(params.label);
  response.send(`opened ${params.label}`);
});

/** Another server's answer, with this one's header. */
router.get('/js/upstream', async (meta, request, response) => {
  const answer = await fetch(Variables.get('upstream') + '/hello');
  response.status(answer.status).set('x-upstream', answer.headers.get('x-who')).send(await answer.text());
});

/** What Spin says of a request. */
router.get('/js/headers/*', (meta, request, response) => {
  const own = [...request.headers].filter(([name]) => name.startsWith('spin-')).sort();
  response.set('content-type', 'application/json').send(JSON.stringify(Object.fromEntries(own)));
});

/** The SDK imports databases, which are not there. */
router.get('/js/sqlite', (meta, request, response) => {
  Sqlite.openDefault();
  response.send('opened');
});

export async function handler(request, response) {
  await router.handleRequest(request, response);
}
