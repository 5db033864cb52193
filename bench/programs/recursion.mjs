// Recursion: Fibonacci numbers, trees that are built and walked, permutations.
const startedAt = performance.now();

function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

function build(depth) {
  return depth === 0 ? { left: null, right: null } : { left: build(depth - 1), right: build(depth - 1) };
}

function count(tree) {
  return tree === null ? 0 : 1 + count(tree.left) + count(tree.right);
}

function permutations(items) {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]));
}

let checksum = fibonacci(36);
for (let round = 0; round < 280; round++) checksum += count(build(16));
checksum += permutations([1, 2, 3, 4, 5, 6, 7, 8]).length;

console.log(`checksum ${checksum}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
