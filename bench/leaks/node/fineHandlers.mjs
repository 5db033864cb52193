// innocent: an HTTP server answers from a table that is there from the start
import http from 'node:http';
const table = Array.from({ length: 30000 }, (_, i) => ({ id: i, name: `item ${i}`, tags: [i % 3, i % 5] }));
const server = http.createServer((request, response) => {
  const id = Number(request.url.slice(6));
  response.end(JSON.stringify(table.slice(id, id + 50)));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
function get(path) {
  return new Promise((done, fail) => {
    http.get({ port: server.address().port, path, agent }, (response) => response.resume().on('end', done)).on('error', fail);
  });
}
for (let number = 0; number < 8000; number++) await get(`/item/${number}`);
agent.destroy();
server.close();
