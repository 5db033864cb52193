// suspect: undo steps are closures over whole documents
const undo = [];
function edit(text, number) {
  const before = text.split(' ');
  undo.push(() => before.join(' '));
  return text.slice(0, 500) + number;
}
let text = 'word '.repeat(100);
function step(number) {
  text = edit(text, number);
  return [...text].reverse().join('').length;
}
for (let number = 0; number < 30000; number++) step(number);
