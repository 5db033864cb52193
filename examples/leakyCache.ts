// A cache without a bound, in TypeScript with enums, parameter properties and a namespace (so it can't be run by stripping types alone).
//
// What to see: the line in `remember` is alive at the end with about 20 MiB, because nothing ever takes an entry out; the same work with
// a bounded cache allocates as much and keeps hardly anything.

enum Kind {
  Unbounded = 'unbounded',
  Bounded = 'bounded',
}

interface Page {
  readonly url: string;
  readonly words: number[];
}

namespace Render {
  export function page(url: string): Page {
    return { url, words: Array.from({ length: 100 }, (_, i) => url.length * i) };
  }
}

class PageCache {
  private readonly pages = new Map<string, Page>();

  constructor(
    readonly kind: Kind,
    private readonly maxEntryCount: number,
  ) {}

  get(url: string): Page {
    return this.pages.get(url) ?? this.remember(url);
  }

  get entryCount(): number {
    return this.pages.size;
  }

  private remember(url: string): Page {
    const made = Render.page(url);
    this.pages.set(url, made);
    if (this.pages.size > this.maxEntryCount) {
      const oldest = this.pages.keys().next().value;
      if (oldest !== undefined) this.pages.delete(oldest);
    }
    return made;
  }
}

const caches = [new PageCache(Kind.Unbounded, Infinity), new PageCache(Kind.Bounded, 100)];
for (const cache of caches) {
  // Each visitor has an address of their own, so no entry is ever asked for again.
  for (let visitor = 0; visitor < 20_000; visitor++) cache.get(`/home?visitor=${visitor}`);
  console.log(`${cache.kind}: ${cache.entryCount} entries`);
}

Object.assign(globalThis, { caches });
