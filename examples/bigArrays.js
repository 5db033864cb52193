// The shortest example: what two lines take, and what dropping one of
// them gives back.
//
// An array of a million numbers takes 8,000,000 bytes (7.6 MiB), one of
// twenty million 160,000,000 (152.6 MiB). Both are alive when memory is
// highest, so the second is 95 % of the peak. At the end only the first
// is alive.

function main() {
  const a = new Array(10 ** 6).fill(1);
  let b = new Array(2 * 10 ** 7).fill(2);
  console.log('sum of the ends:', a.at(-1) + b.at(-1));
  b = null; // from here on nothing holds the large array
  return a;
}

globalThis.kept = main();
