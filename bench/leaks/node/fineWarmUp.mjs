// innocent: templates are compiled at first use; after the first quarter all are known
const compiled = new Map();
function compile(name) {
  return Array.from({ length: 50 }, (_, i) => ({ name, part: i, text: `part ${i} of ${name}` }));
}
function render(name) {
  if (!compiled.has(name)) compiled.set(name, compile(name));
  let length = 0;
  for (const { text } of compiled.get(name)) length += text.length;
  return length;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 20000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 40000; number++) {
  render(number < 10000 ? Math.floor(number / 8) : number % 1250);
  work();
}
