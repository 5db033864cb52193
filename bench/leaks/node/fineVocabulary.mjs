// innocent: a limited vocabulary is interned, most of it early
const words = new Map();
let seed = 7;
function random(limit) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed % limit;
}
function intern(number) {
  const word = `word number ${number} of the vocabulary `.repeat(4).trim();
  const known = words.get(word);
  if (known) return known;
  words.set(word, { word, uses: [number, 0, 0, 0] });
  return words.get(word);
}
function read() {
  let length = 0;
  for (let i = 0; i < 60; i++) length += intern(random(5000)).word.length;
  return length;
}
for (let number = 0; number < 40000; number++) read();
