// suspect: the text of every message is kept in a history object
const history = {};
function receive(number) {
  const text = JSON.stringify({ number, body: 'hello '.repeat(20), tags: [number, number % 10] });
  history[`message ${number}`] = text;
  return text.length;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 50000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 16000; number++) {
  receive(number);
  work();
}
