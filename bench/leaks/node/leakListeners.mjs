// suspect: every connection adds a listener that is never removed
import { EventEmitter } from 'node:events';
const bus = new EventEmitter();
bus.setMaxListeners(0);
function connect(number) {
  const state = { number, buffer: new Array(60).fill(number) };
  bus.on('message', () => state.buffer[0]++);
}
function work() {
  let sum = 0;
  for (let i = 0; i < 40000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 24000; number++) {
  connect(number);
  work();
}
