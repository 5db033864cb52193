// Number crunching on plain arrays: the largest eigenvalue of a matrix that is computed as it is needed.
const startedAt = performance.now();

function entry(row, column) {
  return 1 / (((row + column) * (row + column + 1)) / 2 + row + 1);
}

function multiply(vector, transposed) {
  const result = new Array(vector.length);
  for (let row = 0; row < vector.length; row++) {
    let sum = 0;
    for (let column = 0; column < vector.length; column++) {
      sum += (transposed ? entry(column, row) : entry(row, column)) * vector[column];
    }
    result[row] = sum;
  }
  return result;
}

const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

let vector = Array.from({ length: 1100 }, () => 1);
let image = vector;
for (let round = 0; round < 260; round++) {
  image = multiply(multiply(vector, false), true);
  vector = multiply(multiply(image, false), true);
}

console.log(`checksum ${Math.sqrt(dot(vector, image) / dot(image, image)).toFixed(9)}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
