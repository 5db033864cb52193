// innocent: a producer and a consumer share a queue that is emptied again and again
const queue = [];
function produce(number) {
  queue.push({ number, job: `job ${number}`, payload: new Array(30).fill(number) });
}
function consume() {
  let count = 0;
  while (queue.length > 0) count += queue.pop().payload.length;
  return count;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 100000; i++) sum += i % 7;
  return sum;
}
for (let round = 0; round < 6000; round++) {
  for (let i = 0; i < 40; i++) produce(round * 40 + i);
  work();
  consume();
}
