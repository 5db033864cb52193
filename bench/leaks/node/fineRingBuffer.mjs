// innocent: the last two thousand messages are kept
const recent = new Array(2000);
function handle(number) {
  recent[number % recent.length] = { number, text: `message ${number}`, parts: [number, number + 1, number + 2] };
}
function work() {
  let sum = 0;
  for (let i = 0; i < 12000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 80000; number++) {
  handle(number);
  work();
}
