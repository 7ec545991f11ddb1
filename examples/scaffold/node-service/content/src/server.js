const { createServer } = require('node:http');

/** The service: GET /healthz says that it lives, GET / who it is. */
function createService() {
  return createServer((request, response) => {
    const body = { '/healthz': { status: 'ok' }, '/': { service: '${{ values.name }}' } }[
      request.url
    ];
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'not found' }));
  });
}

if (require.main === module) {
  const port = Number(process.env.PORT ?? 8080);
  const server = createService().listen(port, () => console.log(`Listening on ${port}`));
  process.once('SIGTERM', () => server.close());
}

module.exports = { createService };
