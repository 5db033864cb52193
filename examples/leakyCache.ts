// A cache without a bound, in TypeScript that stripping types alone can
// not run: an enum, a namespace, parameter properties.
//
// The line that makes the pages is alive at the end with nearly 20 MiB:
// one of the two caches never drops an entry. The other one allocates
// just as much and keeps hardly anything.

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
    const words = Array.from({ length: 100 }, (_, i) => url.length * i);
    return { url, words };
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

const unbounded = new PageCache(Kind.Unbounded, Infinity);
const bounded = new PageCache(Kind.Bounded, 100);
for (const cache of [unbounded, bounded]) {
  for (let visitor = 0; visitor < 20_000; visitor++) {
    // Each visitor has an address of their own: no entry is used again.
    cache.get(`/home?visitor=${visitor}`);
  }
  console.log(`${cache.kind}: ${cache.entryCount} entries`);
}

Object.assign(globalThis, { unbounded, bounded });
