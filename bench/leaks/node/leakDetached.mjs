// suspect: removed nodes stay in a list of the tree
class Node {
  constructor(name, parent) {
    this.name = name;
    this.parent = parent;
    this.children = [];
    this.style = { color: 'red', width: name.length };
  }
}
const root = new Node('root', null);
const removed = [];
function render(number) {
  const node = new Node(`node ${number}`, root);
  for (let i = 0; i < 8; i++) node.children.push(new Node(`child ${number} ${i}`, node));
  root.children = [node];
  return node;
}
function replace(number) {
  removed.push(...root.children);
  return render(number);
}
function work() {
  let sum = 0;
  for (let i = 0; i < 60000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 14000; number++) {
  replace(number);
  work();
}
