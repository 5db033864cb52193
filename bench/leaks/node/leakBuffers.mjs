// suspect: uploads are kept for a retry that never comes
const retries = [];
function upload(number) {
  const body = Buffer.alloc(8192, number % 251);
  retries.push(body);
  let sum = 0;
  for (const byte of body) sum += byte;
  return sum;
}
function work() {
  let sum = 0;
  for (let i = 0; i < 200000; i++) sum += i % 7;
  return sum;
}
for (let number = 0; number < 4000; number++) {
  upload(number);
  work();
}
