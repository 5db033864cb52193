/**
 * What a person is told of each kind of finding, apart from any profile: its title, what it is about, its page in docs/.
 *
 * One table for all rules and without their code, so that settings, menus and diagnostics have the texts without loading any parser.
 */

export interface FindingInfo {
  /** The rule's id; also the name of its page and what the suppressing comment takes. */
  readonly id: string;
  /** A few words, as a heading. */
  readonly title: string;
  /** A whole sentence: what it speaks about. */
  readonly description: string;
  /** Relative to the project's (the extension's) folder, with forward slashes. */
  readonly docsPage: string;
}

type Texts = readonly [title: string, description: string];

/** The rules that give advice, Python's first, then JavaScript's. */
const ruleTexts = {
  slots: ['Slots for small instances', 'Many small instances each carry a dictionary that `__slots__` saves.'],
  'generator-expression': ['Generator instead of a list', 'A list is built only to be gone through once.'],
  'array-for-numbers': ['Array for numbers', 'A large list of numbers takes four times what an array of them does.'],
  'iterate-file': ['Iterate over the file', 'A file is read whole though it is used line by line.'],
  'join-strings': ['Join instead of +=', 'A string that grows in a loop is copied again and again.'],
  'bounded-cache': ['Bound the cache', 'A cache without a limit keeps everything that it was ever asked for.'],
  'cache-pure-call': ['Cache repeated calls', 'A pure function is called again and again with the same arguments.'],
  'global-to-local': ['Global that could be local', 'A name of the module keeps alive what only one function, or only the start, needs.'],
  'delete-temporary': ['Let go of a large temporary', 'A large value that is not used any more is still held when memory peaks.'],
  'share-equal-strings': ['Share equal values', 'Equal strings are in memory many times over.'],
  'break-cycle': ['Break the reference cycle', 'Objects that refer to each other wait for the cycle collector.'],
  'collector-off': ['Collector is off', 'The cycle collector was turned off, so reference cycles are never freed.'],
  'typed-array-for-numbers': ['Typed array for numbers', 'A large array holds nothing but numbers.'],
  'spread-in-loop': ['Spread in a loop', 'An array or object is copied for each item that is added to it.'],
  'concat-in-loop': ['concat() in a loop', 'An array is copied for each part that is added to it.'],
  'buffer-concat-in-loop': ['Buffer.concat() in a loop', 'A buffer is copied for each part that is added to it.'],
  'read-file-whole': ['File read whole', 'A file is read whole and split into lines that are only gone through.'],
  'array-chain': ['Chain of arrays', 'map() and filter() make arrays of all items on the way to one result.'],
  'json-clone': ['Copy by JSON', 'An object is copied by way of a text of all of it.'],
  'string-building': ['String of many pieces', 'A string that grows by += keeps every piece until it is read.'],
  'growing-map': ['Map that only grows', 'A Map is looked up and added to, and nothing is ever taken out.'],
  'weak-map': ['WeakMap for objects', 'A Map keeps the objects alive that its entries are about.'],
  'listener-never-removed': ['Listener never removed', 'Each call adds one more listener to what lives as long as the program.'],
  'timer-never-cleared': ['Timer never cleared', 'Each call starts one more interval, and none is ever stopped.'],
  'closure-scope': ['Closure that keeps too much', 'A function that lives on keeps a large variable that it does not use.'],
} as const satisfies Record<string, Texts>;

/** Findings that are no advice: what was seen, and where. */
const findingTexts = {
  'leak-suspects': ['Leak suspect', 'What the line left alive grew over the run in a way that its phases do not explain.'],
  caches: ['Cache', 'How a cache is used, and what it holds.'],
  globals: ['Global', 'What only a name of the module keeps alive.'],
  cycles: ['Reference cycle', 'Objects that keep each other alive until the cycle collector comes.'],
  holders: ['Held by', 'What keeps the biggest survivors alive.'],
  collections: ['Garbage collection', 'When garbage was collected, for how long, and what that freed.'],
} as const satisfies Record<string, Texts>;

/** A rule that gives advice. */
export type RuleId = keyof typeof ruleTexts;

/** The rules that give advice, in the order of `rules.ts`. */
export const ruleInfos: readonly FindingInfo[] = Object.entries(ruleTexts).map(toInfo);

const infos: ReadonlyMap<string, FindingInfo> = new Map(
  [...ruleInfos, ...Object.entries(findingTexts).map(toInfo)].map((info) => [info.id, info]),
);

/** What there is to say of a rule or finding; undefined when there is none of that id (a profile of another version). */
export function ruleInfo(id: string): FindingInfo | undefined {
  return infos.get(id);
}

function toInfo([id, [title, description]]: [string, Texts]): FindingInfo {
  return { id, title, description, docsPage: `docs/${id}.md` };
}
