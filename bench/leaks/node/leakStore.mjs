// suspect: the top level makes the values, a method puts them into a store that only grows
class Store {
  values = new Map();
  put(key, value) {
    this.values.set(key, value);
    let sum = 0;
    for (let i = 0; i < 30000; i++) sum += i % 7;
    return sum;
  }
}
const store = new Store();
for (let number = 0; number < 24000; number++) {
  store.put(number, { number, parts: [number, number + 1, number + 2], name: `value ${number}` });
}
