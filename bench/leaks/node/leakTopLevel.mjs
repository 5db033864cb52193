// suspect: the loop of a service at the top level keeps what it has seen
import { setTimeout } from 'node:timers/promises';
const history = new Map();
for (let number = 0; number < 1000; number++) {
  history.set(`request ${number}`, { number, headers: Array.from({ length: 50 }, (_, i) => number * i) });
  await setTimeout(1);
}
