// A tokenizer, a parser with precedence, and an evaluator over the tree: small objects of many shapes.
const startedAt = performance.now();

function* tokenize(source) {
  const pattern = /\s*(?:(\d+(?:\.\d+)?)|([a-z]\w*)|([-+*/%()<>,]))/gy;
  for (let match; (match = pattern.exec(source));) {
    const [, number, name, operator] = match;
    if (number !== undefined) yield { type: 'number', value: Number(number) };
    else if (name !== undefined) yield { type: 'name', name };
    else yield { type: operator };
  }
  yield { type: 'end' };
}

const precedence = { '<': 1, '>': 1, '+': 2, '-': 2, '*': 3, '/': 3, '%': 3 };

class Parser {
  constructor(source) {
    this.tokens = [...tokenize(source)];
    this.at = 0;
  }

  next() {
    return this.tokens[this.at++];
  }

  peek() {
    return this.tokens[this.at];
  }

  expression(minimum = 0) {
    let left = this.operand();
    for (;;) {
      const operator = this.peek().type;
      const strength = precedence[operator];
      if (strength === undefined || strength <= minimum) return left;
      this.next();
      left = { kind: 'binary', operator, left, right: this.expression(strength) };
    }
  }

  operand() {
    const token = this.next();
    switch (token.type) {
      case 'number':
        return { kind: 'constant', value: token.value };
      case '-':
        return { kind: 'negate', operand: this.expression(3) };
      case '(': {
        const inner = this.expression();
        this.next();
        return inner;
      }
      case 'name':
        if (this.peek().type !== '(') return { kind: 'variable', name: token.name };
        return { kind: 'call', name: token.name, operands: this.list() };
      default:
        throw new SyntaxError(`unexpected ${token.type}`);
    }
  }

  list() {
    const operands = [];
    do {
      this.next();
      operands.push(this.expression());
    } while (this.peek().type === ',');
    this.next();
    return operands;
  }
}

const functions = { max: Math.max, min: Math.min, abs: Math.abs };
const binary = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / (b || 1),
  '%': (a, b) => a % (b || 1),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
};

function evaluate(node, scope) {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'variable':
      return scope[node.name] ?? 0;
    case 'negate':
      return -evaluate(node.operand, scope);
    case 'binary':
      return binary[node.operator](evaluate(node.left, scope), evaluate(node.right, scope));
    case 'call':
      return functions[node.name](...node.operands.map((operand) => evaluate(operand, scope)));
  }
}

const sources = [
  'a + b * (c - 4) / 2.5 - max(a, b, 3) % 7',
  '(x1 + x2) * (x1 - x2) < 100 + abs(-x1 * 3)',
  'min(a * 2, b * 3, c * 4) + max(1, min(x1, x2)) * -5 + 1 / (a + 1)',
];
let checksum = 0;
for (let round = 0; round < 420_000; round++) {
  const tree = new Parser(sources[round % sources.length]).expression();
  for (let a = 0; a < 4; a++) checksum += evaluate(tree, { a, b: round % 11, c: a * a, x1: round % 5, x2: a });
}

console.log(`checksum ${checksum.toFixed(3)}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
