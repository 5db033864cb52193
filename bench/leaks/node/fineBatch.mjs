// innocent: a batch builds its result, writes it and drops it
function row(number) {
  return { id: number, name: `row ${number}`, values: [number, number * 2, number * 3] };
}
function build(count) {
  const rows = [];
  for (let number = 0; number < count; number++) rows.push(row(number));
  return rows;
}
function run(count) {
  const rows = build(count);
  return JSON.stringify(rows).length;
}
for (let round = 0; round < 8; round++) console.log(run(150000));
