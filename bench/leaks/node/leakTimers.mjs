// suspect: each job starts an interval that nobody clears
function start(job) {
  const context = { job, samples: new Array(80).fill(job) };
  setInterval(() => context.samples.push(0), 60000).unref();
}
function work() {
  let sum = 0;
  for (let i = 0; i < 60000; i++) sum += i % 7;
  return sum;
}
for (let job = 0; job < 10000; job++) {
  start(job);
  work();
}
