// suspect: an HTTP server keeps the headers of each request
import http from 'node:http';
const requests = [];
const server = http.createServer((request, response) => {
  const marks = Array.from({ length: 60 }, (_, i) => i);
  requests.push({ url: request.url, headers: { ...request.headers }, marks });
  response.end('ok');
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
