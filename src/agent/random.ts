/** Random numbers of our own: the program's Math.random, which it may have seeded or replaced, is left alone. */

/** Gives numbers from 0 (inclusive) to 1 (exclusive); xorshift, the same sequence in each run. */
export function createRandom(): () => number {
  let seed = 0x2545f491;
  return () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 4_294_967_296;
  };
}
