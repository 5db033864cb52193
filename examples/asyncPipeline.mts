// Work that goes through async generators in portions: much is
// allocated, little is ever alive.
//
// The lines that read and parse allocate tens of MiB in all, but at the
// peak only a portion of it is alive, and at the end the totals alone.

import { setTimeout as wait } from 'node:timers/promises';

interface Sale {
  readonly shop: string;
  readonly amount: number;
  readonly note: string;
}

async function* readPortions(portionCount: number, lineCount: number) {
  for (let portion = 0; portion < portionCount; portion++) {
    await wait(1);
    const rows = Array.from({ length: lineCount }, (_, i) => {
      return `shop ${(portion + i) % 50};${i % 97};note ${portion}/${i}`;
    });
    yield rows;
  }
}

async function* parse(portions: AsyncIterable<string[]>) {
  for await (const rows of portions) {
    const sales: Sale[] = rows.map((row) => {
      const [shop = '', amount = '0', note = ''] = row.split(';');
      return { shop, amount: Number(amount), note };
    });
    yield sales;
  }
}

const totals = new Map<string, number>();
for await (const sales of parse(readPortions(100, 2_000))) {
  for (const { shop, amount } of sales) {
    totals.set(shop, (totals.get(shop) ?? 0) + amount);
  }
}
console.log(`${totals.size} shops, the first with ${totals.get('shop 0')}`);
Object.assign(globalThis, { totals });
