// innocent: listeners are removed when their connection ends
import { EventEmitter } from 'node:events';
const bus = new EventEmitter();
bus.setMaxListeners(0);
const open = [];
function connect(number) {
  const state = { number, buffer: new Array(200).fill(number) };
  const listener = () => state.buffer[0]++;
  bus.on('message', listener);
  open.push(listener);
  if (open.length > 100) bus.off('message', open.shift());
}
function work() {
  let sum = 0;
  for (let i = 0; i < 30000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 30000; number++) {
  connect(number);
  work();
}
