// innocent: a report is gathered in main, which ends the program itself
function parse(number) {
  return { number, text: `line ${number}`, parts: [number, number * 2] };
}
function work() {
  let sum = 0;
  for (let i = 0; i < 8000; i++) sum += i % 7;
  return sum;
}
function main() {
  const rows = [];
  for (let number = 0; number < 100000; number++) {
    rows.push(parse(number));
    work();
  }
  console.log(rows.length);
  process.exit(0);
}
main();
