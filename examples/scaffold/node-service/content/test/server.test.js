const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { createService } = require('../src/server');

test('the service says that it lives and who it is', async () => {
  const server = createService().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const get = path => fetch(`http://127.0.0.1:${server.address().port}${path}`);
  try {
    assert.deepStrictEqual(await (await get('/healthz')).json(), { status: 'ok' });
    assert.deepStrictEqual(await (await get('/')).json(), { service: '${{ values.name }}' });
    assert.strictEqual((await get('/elsewhere')).status, 404);
  } finally {
    server.close();
  }
});
