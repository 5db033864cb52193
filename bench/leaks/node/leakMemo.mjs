// suspect: a memo without a bound, each key asked once
const memo = new Map();
function layout(width) {
  const known = memo.get(width);
  if (known) return known;
  const boxes = [];
  for (let i = 0; i < 25; i++) boxes.push({ x: i * width, y: i, width });
  memo.set(width, boxes);
  return boxes;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 50000; i++) sum += Math.sin(i);
  return sum;
}
for (let width = 0; width < 6000; width++) {
  layout(width);
  if (width % 4 === 0) work();
}
