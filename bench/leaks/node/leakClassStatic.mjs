// suspect: instances are registered in a static set
class Task {
  static all = new Set();
  constructor(number) {
    this.number = number;
    this.log = [`task ${number} created`, `task ${number} queued`];
    Task.all.add(this);
  }
  run() {
    let sum = 0;
    for (let i = 0; i < 40000; i++) sum += i ^ this.number;
    this.log.push(`sum ${sum}`);
    return sum;
  }
}
function submit(number) {
  new Task(number).run();
}
for (let number = 0; number < 40000; number++) submit(number);
