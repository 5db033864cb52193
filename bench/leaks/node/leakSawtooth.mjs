// suspect: of every thousand events, two hundred stay when the others are dropped
const events = [];
function record(number) {
  events.push({ number, name: `event ${number}`, data: [number, number + 1, number + 2, number + 3] });
  if (number % 1000 === 0 && number > 0) events.splice(events.length - 800, 800);
}
function work() {
  let sum = 0;
  for (let i = 0; i < 12000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 100000; number++) {
  record(number);
  work();
}
