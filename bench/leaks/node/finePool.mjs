// innocent: buffers are used again
const pool = Array.from({ length: 64 }, () => new Float64Array(8192));
function work(number) {
  const buffer = pool.pop();
  buffer.fill(number);
  const sum = buffer.reduce((a, b) => a + b, 0);
  pool.push(buffer);
  return sum;
}
for (let number = 0; number < 20000; number++) work(number);
