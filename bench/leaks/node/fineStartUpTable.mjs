// innocent: a table is filled by calls at the start and only read after that
const table = new Map();
function load(number) {
  table.set(`key ${number}`, { number, squares: [number, number * number] });
}
for (let number = 0; number < 60000; number++) load(number);
function look(number) {
  let sum = 0;
  for (let i = 0; i < 100; i++) sum += table.get(`key ${(number * i) % 60000}`).number;
  return sum;
}
for (let number = 0; number < 30000; number++) look(number);
