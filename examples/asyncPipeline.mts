// Work that goes through async generators in portions: much is allocated, little is ever alive.
//
// What to see: the parsing lines allocate tens of MiB in all, but at the peak only a portion of it is alive; what is live at the end is
// the table of totals alone. Waiting between the portions lets the collector keep up.

import { setTimeout as wait } from 'node:timers/promises';

interface Sale {
  readonly shop: string;
  readonly amount: number;
  readonly note: string;
}

async function* readPortions(portionCount: number, linesPerPortion: number): AsyncGenerator<string[]> {
  for (let portion = 0; portion < portionCount; portion++) {
    await wait(1);
    yield Array.from({ length: linesPerPortion }, (_, i) => `shop ${(portion + i) % 50};${i % 97};note ${portion}/${i}`);
  }
}

async function* parse(portions: AsyncIterable<string[]>): AsyncGenerator<Sale[]> {
  for await (const lines of portions) {
    yield lines.map((line) => {
      const [shop = '', amount = '0', note = ''] = line.split(';');
      return { shop, amount: Number(amount), note };
    });
  }
}

const totals = new Map<string, number>();
for await (const sales of parse(readPortions(100, 2_000))) {
  for (const { shop, amount } of sales) totals.set(shop, (totals.get(shop) ?? 0) + amount);
}
console.log(`${totals.size} shops, ${[...totals.values()].reduce((sum, amount) => sum + amount, 0)} in all`);
Object.assign(globalThis, { totals });
