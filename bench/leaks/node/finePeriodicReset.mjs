// innocent: events are gathered and sent now and then
let pending = [];
function send() {
  const text = JSON.stringify(pending);
  pending = [];
  return text.length;
}
function record(number) {
  pending.push({ number, name: `event ${number}`, data: [number, number, number] });
  if (pending.length >= 12000) send();
}
function work() {
  let sum = 0;
  for (let i = 0; i < 12000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 80000; number++) {
  record(number);
  work();
}
send();
