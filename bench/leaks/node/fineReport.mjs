// innocent: a report gathers its rows by method calls, then renders them
class Report {
  rows = [];
  add(number, name) {
    this.rows.push({ number, name, ratio: number * 1.5 });
  }
  render() {
    return this.rows.map(({ number, name, ratio }) => `${number} | ${name} | ${ratio.toFixed(3)}`).join('\n');
  }
}
const report = new Report();
for (let number = 0; number < 200000; number++) report.add(number, `name ${number}`);
let length = 0;
for (let page = 0; page < 4; page++) length += report.render().length;
console.log(length);
