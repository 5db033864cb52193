// The shortest example: what two lines take, and what dropping one of them gives back.
//
// An array of a million numbers takes 8,000,000 bytes (7.6 MiB), one of twenty million 160,000,000 (152.6 MiB). Both are alive when the
// program's memory is highest, so the second makes up 95 % of the peak. Only the first is alive at the end.

function main() {
  const a = new Array(10 ** 6).fill(1); // 7.6 MiB allocated, all live at the end
  let b = new Array(2 * 10 ** 7).fill(2); // 152.6 MiB allocated, 95 % of the peak, none live at the end
  console.log('sum of the ends:', a.at(-1) + b.at(-1));
  b = null; // from here on nothing holds the large array
  return a;
}

globalThis.kept = main();
