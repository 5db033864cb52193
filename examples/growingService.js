// A service that runs until it is stopped, and grows: each request leaves a listener behind.
//
// Run it, watch the live figures, and stop it with Ctrl+C (or Stop in the editor): the profile of what ran is there all the same.
// What to see: the line that adds the listener holds more the longer it runs; the line that makes the answer holds nothing. An argument
// ends it by itself after so many requests: memory-lens run examples/growingService.js 500

const { EventEmitter } = require('node:events');

const requestLimit = Number(process.argv[2] ?? Infinity);
const config = new EventEmitter();
config.setMaxListeners(0);
let requestCount = 0;

function handle(request) {
  const settings = { verbose: false, history: new Array(1000).fill(request.id) }; // 8 KB a request, held by the listener below
  config.on('change', () => Object.assign(settings, { verbose: true })); // never removed
  return JSON.stringify({ id: request.id, body: 'x'.repeat(500) }).length; // dies with the answer
}

const timer = setInterval(() => {
  for (let i = 0; i < 10; i++) handle({ id: requestCount++ });
  if (requestCount >= requestLimit) {
    clearInterval(timer);
    console.log(`${config.listenerCount('change')} listeners after ${requestCount} requests`);
  }
}, 5);
