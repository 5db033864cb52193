// A service that runs until it is stopped, and grows: each request
// leaves a listener behind.
//
// Run it, watch the live figures, and stop it with Ctrl+C (or Stop in the
// editor): the profile of what ran is there all the same. The line that
// makes the history holds more the longer it runs. An argument ends the
// program after so many requests: memory-lens run growingService.js 500

const { EventEmitter } = require('node:events');

const requestLimit = Number(process.argv[2] ?? Infinity);
const config = new EventEmitter();
config.setMaxListeners(0);
let requestCount = 0;

function handle(id) {
  const history = new Array(1000).fill(id);
  // Never removed, so it holds the 8 KB of its history for good.
  config.on('change', () => history.push(id));
  // Dies with the answer.
  return JSON.stringify({ id, body: 'x'.repeat(500) }).length;
}

const timer = setInterval(() => {
  for (let i = 0; i < 10; i++) handle(requestCount++);
  if (requestCount >= requestLimit) {
    clearInterval(timer);
    console.log(`${config.listenerCount('change')} listeners`);
  }
}, 5);

module.exports = { config };
