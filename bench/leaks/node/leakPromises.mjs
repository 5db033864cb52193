// suspect: requests that are never answered wait in a list
const waiting = [];
function request(number) {
  return new Promise((resolve) => waiting.push({ number, payload: Array.from({ length: 40 }, (_, i) => number * i), resolve }));
}
async function client(number) {
  await request(number);
}
function work() {
  let sum = 0;
  for (let i = 0; i < 50000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 10000; number++) {
  void client(number);
  work();
  if (number % 100 === 0) await null;
}
