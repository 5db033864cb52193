/**
 * What the benches ask of their command line, and what they say on it meanwhile.
 */

/**
 * Throws where a name is not among those that there are.
 * @param {string} what the names are of
 * @param {string | undefined} list comma-separated; undefined: all
 * @param {readonly string[]} names
 * @returns {readonly string[]}
 */
export function chosenNames(what, list, names) {
  if (list === undefined) return names;
  const wanted = list.split(',');
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no such ${what}: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return wanted;
}

/** @param {string | undefined} what undefined: all is done */
export function progress(what) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what === undefined ? '' : `measuring ${what} …`}`);
}
