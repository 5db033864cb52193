// Sorting and searching: built-in and hand-written sorts, a heap, shortest ways through a grid, binary search.
const startedAt = performance.now();

let state = 2024;
function random(limit) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 4) % limit;
}

function mergeSort(items, compare) {
  if (items.length < 2) return items;
  const middle = items.length >> 1;
  const left = mergeSort(items.slice(0, middle), compare);
  const right = mergeSort(items.slice(middle), compare);
  const merged = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) merged.push(compare(left[l], right[r]) <= 0 ? left[l++] : right[r++]);
  return merged.concat(left.slice(l), right.slice(r));
}

class Heap {
  constructor(before) {
    this.before = before;
    this.items = [];
  }
  push(item) {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(items[at], items[parent])) break;
      [items[at], items[parent]] = [items[parent], items[at]];
      at = parent;
    }
  }
  pop() {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0) return top;
    items[0] = last;
    for (let at = 0; ;) {
      let next = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.before(items[child], items[next])) next = child;
      }
      if (next === at) return top;
      [items[at], items[next]] = [items[next], items[at]];
      at = next;
    }
  }
}

function shortestWay(size) {
  const cost = Array.from({ length: size }, () => Array.from({ length: size }, () => 1 + random(9)));
  const best = cost.map((row) => row.map(() => Infinity));
  const open = new Heap((a, b) => a.distance < b.distance);
  open.push({ x: 0, y: 0, distance: 0 });
  best[0][0] = 0;
  while (open.items.length > 0) {
    const { x, y, distance } = open.pop();
    if (x === size - 1 && y === size - 1) return distance;
    if (distance > best[y][x]) continue;
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      const there = best[y + dy]?.[x + dx];
      if (there === undefined) continue;
      const next = distance + cost[y + dy][x + dx];
      if (next < there) {
        best[y + dy][x + dx] = next;
        open.push({ x: x + dx, y: y + dy, distance: next });
      }
    }
  }
  return -1;
}

function search(sorted, wanted) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].key < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const byKey = (a, b) => a.key - b.key || a.name.localeCompare(b.name);
let checksum = 0;
for (let round = 0; round < 21; round++) {
  const items = Array.from({ length: 60_000 }, () => ({ key: random(1_000_000), name: `n${random(50)}` }));
  const own = mergeSort(items, byKey);
  const builtIn = [...items].sort(byKey);
  for (let query = 0; query < 60_000; query++) checksum += search(own, random(1_000_000)) === search(builtIn, 500_000) ? 1 : 0;
  checksum += own[1234].key + shortestWay(220);
}

console.log(`checksum ${checksum}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
