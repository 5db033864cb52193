// innocent: a script reads its input into a list all the run and prints a sum
function parse(line) {
  const [id, name, value] = line.split(',');
  return { id: Number(id), name, value: Number(value) };
}
function work() {
  let sum = 0;
  for (let i = 0; i < 8000; i++) sum += i % 7;
  return sum;
}
const rows = [];
for (let number = 0; number < 100000; number++) {
  rows.push(parse(`${number},name ${number},${number / 2}`));
  work();
}
console.log(rows.reduce((sum, row) => sum + row.value, 0));
