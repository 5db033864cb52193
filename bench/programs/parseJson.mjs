// A JSON parser written by hand, on a text of a few megabytes.
const startedAt = performance.now();

function makeText(count) {
  const rows = [];
  for (let index = 0; index < count; index++) {
    rows.push({
      id: index,
      ok: index % 3 === 0,
      ratio: index / 7,
      text: `row \"${index}\"\n`,
      nested: { list: [index, -index, null, []] },
    });
  }
  return JSON.stringify(rows, null, 1);
}

class Parser {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  parse() {
    const value = this.#value();
    this.#space();
    if (this.#at !== this.#text.length) throw this.#error('end');
    return value;
  }

  #value() {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object() {
    const result = {};
    this.#at++;
    this.#space();
    if (this.#take('}')) return result;
    do {
      this.#space();
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#error(':');
      result[key] = this.#value();
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#error('}');
    return result;
  }

  #array() {
    const result = [];
    this.#at++;
    this.#space();
    if (this.#take(']')) return result;
    do {
      result.push(this.#value());
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#error(']');
    return result;
  }

  #string() {
    let result = '';
    let from = ++this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 34) break;
      if (Number.isNaN(code)) throw this.#error('"');
      if (code === 92) {
        result += this.#text.slice(from, this.#at);
        const escape = this.#text[this.#at + 1];
        result += { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[escape] ?? escape;
        this.#at += 2;
        from = this.#at;
      } else {
        this.#at++;
      }
    }
    return result + this.#text.slice(from, this.#at++);
  }

  #number() {
    const from = this.#at;
    while ('+-.eE0123456789'.includes(this.#text[this.#at] ?? ' ')) this.#at++;
    if (from === this.#at) throw this.#error('a value');
    return Number(this.#text.slice(from, this.#at));
  }

  #word(word, value) {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error(word);
    this.#at += word.length;
    return value;
  }

  #take(character) {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space() {
    while (this.#text.charCodeAt(this.#at) <= 32) this.#at++;
  }

  #error(expected) {
    return new SyntaxError(`expected ${expected} at ${this.#at}`);
  }
}

const text = makeText(9000);
let checksum = 0;
for (let round = 0; round < 140; round++) {
  const rows = new Parser(text).parse();
  for (const row of rows) checksum = (checksum + row.id + row.text.length + row.nested.list.length + (row.ok ? 1 : 0)) % 1_000_003;
}

console.log(`checksum ${checksum} ${text.length}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
