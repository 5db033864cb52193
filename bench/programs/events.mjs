// Closures and events: listeners that come and go, partial application, memoisation, a small store with subscribers.
import { EventEmitter } from 'node:events';

const startedAt = performance.now();

function createStore(reduce, initial) {
  let state = initial;
  const listeners = new Set();
  return {
    get: () => state,
    dispatch(action) {
      state = reduce(state, action);
      for (const listener of listeners) listener(state);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function reduce(state, { type, amount }) {
  switch (type) {
    case 'add':
      return { ...state, total: state.total + amount, steps: state.steps + 1 };
    case 'reset':
      return { ...state, total: 0 };
    default:
      return state;
  }
}

const compose =
  (...functions) =>
  (value) =>
    functions.reduce((result, apply) => apply(result), value);
const memoize = (compute) => {
  const known = new Map();
  return (key) => known.get(key) ?? (known.set(key, compute(key)), known.get(key));
};

const emitter = new EventEmitter();
emitter.setMaxListeners(100);
const squares = memoize((value) => value * value);
const store = createStore(reduce, { total: 0, steps: 0 });
let checksum = 0;
store.subscribe(({ total }) => (checksum = (checksum + total) % 1_000_003));

for (let round = 0; round < 9_000_000; round++) {
  const scale = compose(
    (value) => value + (round % 3),
    (value) => value * 2,
  );
  const onTick = (value) => store.dispatch({ type: 'add', amount: scale(value) });
  emitter.on('tick', onTick);
  emitter.emit('tick', squares(round % 257));
  emitter.off('tick', onTick);
  const unsubscribe = store.subscribe(() => checksum++);
  if (round % 64 === 0) store.dispatch({ type: 'reset', amount: 0 });
  unsubscribe();
}

console.log(`checksum ${checksum} ${store.get().steps}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
