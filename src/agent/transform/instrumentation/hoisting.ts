/**
 * Works out how an expression can be moved into a function at the end of the file without anything changing.
 *
 * The expression's text stays as it is, so that messages of errors stay as well. Its parts are dealt with in the order in which they are
 * evaluated:
 * - names of the file's top level and of the global scope mean the same there;
 * - local variables are handed over by value, under their own names. That reads them earlier than before, which makes no difference while
 *   nothing that could be noticed has happened yet (`hasEffects`), or when nothing can change the variable meanwhile (Scopes.isMovable);
 * - other parts may be evaluated at the call and handed over as values, again while nothing has happened yet; functions always, for
 *   making one can't be noticed.
 * What fits none of these is left where it is: the plan fails, and the parts are looked at one by one.
 */

import type { CallExpression, MemberExpression } from 'acorn';
import { standInFor } from './chains.ts';
import type { StandIn } from './chains.ts';
import type { HoistEnvironment, HoistPlan } from './hoistPlan.ts';
import { reservedParameterNames, settleOuterUses } from './outerUses.ts';
import { callsOwnCode } from './ownCode.ts';
import { initialState, PlanParts } from './planParts.ts';
import type { Node } from './syntax.ts';
import { isAnonymousDefinition } from './syntax.ts';
import { isCheap, isPrimitive, isSimpleTarget } from './valueForms.ts';

/** More parts than this are not handed over; the expression is taken apart instead. */
const maxArgumentCount = 300;
/** With more nested allocations on lines of their own, the whole goes to the first line: a table of data, not code. */
const maxNestedLineCount = 256;
/** What `this` is called in a marker that gets it as a value. */
const thisParameter = '$ml$t';

/** @returns undefined where the expression can't be moved as a whole. */
export function planHoist(root: Node, environment: HoistEnvironment): HoistPlan | undefined {
  const { scopes } = environment;
  if (scopes.isDynamic(root)) return undefined;
  // A call of the program's own is better made outside of the marker: its frames count against the stack.
  const order = callsOwnCode(root, environment.allocations) ? [false, true] : [true, false];
  const standIn = standInFor(root, environment.splitsChain);
  for (const used of standIn === undefined ? [undefined] : [standIn, undefined]) {
    for (const keepsInner of order) {
      const plan = new Planner(root, environment, keepsInner, used).plan();
      if (plan !== undefined) return plan;
    }
  }
  return undefined;
}

class Planner {
  readonly #root: Node;
  readonly #environment: HoistEnvironment;
  readonly #keepsInner: boolean;
  readonly #standIn: StandIn | undefined;
  readonly #parts = new PlanParts();
  #state = initialState();
  /** Whether a message of an error can show the text: then nothing in it may be called otherwise. */
  #isShown = false;
  #nestedLineCount = 0;

  constructor(root: Node, environment: HoistEnvironment, keepsInner: boolean, standIn: StandIn | undefined) {
    this.#root = root;
    this.#environment = environment;
    this.#keepsInner = keepsInner;
    this.#standIn = standIn;
  }

  plan(): HoistPlan | undefined {
    if (!this.#keepRoot() || !this.#settleOuterUses() || this.#parts.arguments.length > maxArgumentCount) return undefined;
    const sorted = [...this.#parts.arguments].sort((a, b) => a.start - b.start);
    const passesThis = this.#state.usesThis && !this.#state.isThisShown && this.#environment.passesThis;
    const parameters = sorted.map((argument) => argument.parameter).filter((name) => name !== 'this');
    if (passesThis) {
      for (const { start, end } of this.#parts.thisUses) this.#parts.holes.push({ start, end, text: thisParameter });
      parameters.unshift(thisParameter);
    }
    return {
      arguments: sorted,
      parameters,
      passesThis,
      values: this.#parts.values,
      holes: [...this.#parts.holes].sort((a, b) => a.start - b.start),
      nested: this.#parts.nested,
      usesThis: this.#state.usesThis,
      standIn: this.#standIn,
      runsCode: this.#state.runsCode,
    };
  }

  #keepRoot(): boolean {
    const root = this.#root;
    if (root.type !== 'AssignmentExpression') return this.#keep(root, false);
    if (root.operator === '+=') {
      return isSimpleTarget(root.left) && this.#keep(root.left, true) && this.#operand(root.right);
    }
    // a[i] = v
    const { left } = root;
    if (left.type !== 'MemberExpression' || !left.computed || !this.#keep(left.object, true) || !this.#operand(left.property)) return false;
    return !isAnonymousDefinition(root.right) && this.#operand(root.right);
  }

  /** A part whose value is all that matters. */
  #operand(node: Node): boolean {
    // A message shows a function as '(intermediate value)', and a name that stands for one as itself: so these fail.
    if (this.#isShown) return this.#keep(node, true);
    switch (node.type) {
      case 'Literal':
        if (node.regex === undefined) return true;
        break;
      case 'Identifier':
        return this.#identifier(node, false);
      case 'ThisExpression':
        return this.#this(node);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return !this.#state.isConditional && this.#handOver(node, false);
      case 'MetaProperty':
        return node.meta.name === 'import' || (!this.#state.isConditional && this.#handOver(node, false));
      default:
        break;
    }
    const canHandOver = !this.#state.hasEffects && !this.#state.isConditional;
    if (!canHandOver) return this.#keepInner(node);
    return (this.#keepsInner && this.#isWorthKeeping(node) && this.#tryKeep(node)) || this.#handOver(node, true);
  }

  #keepInner(node: Node): boolean {
    const holeCount = this.#parts.holes.length;
    const nestedCount = this.#parts.nested.length;
    if (!this.#keep(node, false)) return false;
    const { nestsInner, allocations } = this.#environment;
    if (nestsInner && this.#parts.holes.length === holeCount && allocations.kindOf(node) !== undefined) {
      // The outermost one takes those inside it along.
      this.#parts.nested.length = nestedCount;
      this.#parts.nested.push(node);
    }
    return true;
  }

  #isWorthKeeping(node: Node): boolean {
    const { allocations, isOnLineOf } = this.#environment;
    if (allocations.kindOf(node) !== undefined) {
      if (isOnLineOf(node, this.#root)) return true;
      this.#nestedLineCount += 1;
      return this.#nestedLineCount > maxNestedLineCount;
    }
    return isCheap(node);
  }

  #tryKeep(node: Node): boolean {
    const takeBack = this.#parts.mark();
    const saved = { ...this.#state, names: new Map(this.#state.names) };
    if (this.#keep(node, false)) return true;
    takeBack();
    this.#state = saved;
    return false;
  }

  /** Evaluates the part at the call and hands its value over. */
  #handOver(node: Node, canDoAnything: boolean): boolean {
    const parameter = `$ml$p${this.#parts.values.length}`;
    const open = node.type === 'SequenceExpression' ? '(' : '';
    this.#parts.arguments.push({ kind: 'value', start: node.start, end: node.end, open, parameter });
    this.#parts.values.push(node);
    this.#parts.holes.push({ start: node.start, end: node.end, text: parameter });
    if (canDoAnything) this.#state.lastValueAt = Math.max(this.#state.lastValueAt, node.start);
    return true;
  }

  /** Hands over the value of the call before this one in a chain, behind the stand-in for the name on the left. */
  #handOverChain({ inner, leftmost, functionName, holes }: StandIn): boolean {
    if (reservedParameterNames.has(leftmost)) return false;
    this.#parts.arguments.push({ kind: 'value', start: inner.start, end: inner.end, open: `${functionName}(`, parameter: leftmost });
    this.#parts.values.push(inner);
    this.#parts.holes.push(...holes);
    this.#state.lastValueAt = inner.start;
    return true;
  }

  #this(node: Node): boolean {
    if (!this.#environment.allowsThis || this.#standIn?.leftmost === 'this') return false;
    this.#state.usesThis = true;
    this.#state.isThisShown ||= this.#isShown;
    this.#parts.thisUses.push(node);
    return true;
  }

  #identifier(node: Node & { readonly type: 'Identifier' }, isNamed: boolean, isTypeofOperand = false): boolean {
    const { scopes, frame } = this.#environment;
    if (node.name === this.#standIn?.leftmost) return false;
    if (node.name === 'arguments') return !isNamed && !isTypeofOperand && !this.#state.isConditional && this.#handOver(node, false);
    const binding = scopes.bindingOf(node);
    if (binding.kind === 'outer') {
      this.#parts.outerUses.push({ node, isEarly: !this.#state.hasEffects && !this.#state.isConditional, isTypeofOperand });
      return true;
    }
    if (reservedParameterNames.has(node.name)) return false;
    const isMovable = binding.kind === 'local' && scopes.isMovable(binding.variable, this.#root, frame);
    if (!isMovable && (this.#state.hasEffects || this.#state.isConditional || isTypeofOperand)) return false;
    const handedOver = this.#state.names.get(node.name);
    if (handedOver === undefined) {
      this.#state.names.set(node.name, isMovable);
      this.#parts.arguments.push({ kind: 'name', name: node.name, start: node.start, parameter: node.name });
      return true;
    }
    if (handedOver) return true;
    // It may have another value by now: handed over once more, under another name, where no message can show it.
    return !isNamed && this.#handOver(node, false);
  }

  #settleOuterUses(): boolean {
    const names = settleOuterUses(this.#parts.outerUses, this.#state.lastValueAt, this.#state.names, this.#environment.scopes);
    if (names === undefined) return false;
    for (const { name, start } of names) this.#parts.arguments.push({ kind: 'name', name, start, parameter: name });
    return true;
  }

  /**
   * Keeps the node's own operation in the marker.
   * @param isNamed whether a message of an error can show the node's text: then nothing in it may be called otherwise.
   */
  #keep(node: Node, isNamed: boolean): boolean {
    const before = this.#isShown;
    this.#isShown ||= isNamed;
    const ok = this.#keepParts(node, this.#isShown);
    this.#isShown = before;
    return ok;
  }

  #keepParts(node: Node, isNamed: boolean): boolean {
    switch (node.type) {
      case 'Literal':
        return true;
      case 'Identifier':
        return this.#identifier(node, isNamed);
      case 'ThisExpression':
        return this.#this(node);
      case 'MetaProperty':
        return node.meta.name === 'import';
      case 'TemplateLiteral':
        for (const part of node.expressions) {
          if (!this.#operand(part)) return false;
          if (!isPrimitive(part)) this.#state.hasEffects = true;
        }
        return true;
      case 'ArrayExpression':
        return node.elements.every((element) => element === null || this.#element(element));
      case 'ObjectExpression':
        return node.properties.every((property) => this.#property(property));
      case 'UnaryExpression':
        return this.#unary(node);
      case 'BinaryExpression':
        return this.#binary(node);
      case 'LogicalExpression':
        return this.#operand(node.left) && this.#conditionally(() => this.#operand(node.right));
      case 'ConditionalExpression':
        return (
          this.#operand(node.test) &&
          this.#conditionally(() => this.#operand(node.consequent)) &&
          this.#conditionally(() => this.#operand(node.alternate))
        );
      case 'SequenceExpression':
        return node.expressions.every((part) => this.#operand(part));
      case 'MemberExpression':
        return this.#member(node, isNamed);
      case 'ChainExpression':
        return this.#chain(node.expression, isNamed);
      case 'CallExpression':
        return this.#call(node);
      case 'NewExpression':
        return this.#keepCallee(node.callee) && this.#callArguments(node.arguments);
      default:
        return false;
    }
  }

  #conditionally(plan: () => boolean): boolean {
    const before = this.#state.isConditional;
    this.#state.isConditional = true;
    const result = plan();
    this.#state.isConditional = before;
    return result;
  }

  #element(node: Node): boolean {
    return node.type === 'SpreadElement' ? this.#iterated(node.argument) : this.#operand(node);
  }

  /** `...x` where x is iterated: a message names it. */
  #iterated(node: Node): boolean {
    const isArguments = node.type === 'Identifier' && node.name === 'arguments';
    const ok = isArguments ? this.#operand(node) : this.#keep(node, !this.#environment.allocations.isIterable(node));
    this.#state.hasEffects = true;
    this.#state.runsCode = true;
    return ok;
  }

  #property(property: Node): boolean {
    if (property.type === 'SpreadElement') {
      const ok = this.#operand(property.argument);
      this.#state.hasEffects = true;
      return ok;
    }
    if (property.type !== 'Property' || property.kind !== 'init' || property.method || isAnonymousDefinition(property.value)) return false;
    if (property.computed && property.key.type !== 'Literal') {
      if (!this.#operand(property.key)) return false;
      if (!isPrimitive(property.key)) this.#state.hasEffects = true;
    }
    if (!property.shorthand) return this.#operand(property.value);
    const holeCount = this.#parts.holes.length;
    if (property.value.type !== 'Identifier' || property.value.name === '__proto__' || !this.#identifier(property.value, false))
      return false;
    const hole = this.#parts.holes[holeCount];
    if (hole !== undefined) this.#parts.holes[holeCount] = { ...hole, text: `${property.value.name}:${hole.text}` };
    return true;
  }

  #unary(node: Node & { readonly type: 'UnaryExpression' }): boolean {
    if (node.operator === 'delete') return false;
    const { argument } = node;
    if (node.operator === 'typeof' && argument.type === 'Identifier') return this.#identifier(argument, false, true);
    if (!this.#operand(argument)) return false;
    if (node.operator !== '!' && node.operator !== 'typeof' && node.operator !== 'void' && !isPrimitive(argument))
      this.#state.hasEffects = true;
    return true;
  }

  #binary(node: Node & { readonly type: 'BinaryExpression' }): boolean {
    if (node.left.type === 'PrivateIdentifier') return false;
    const named = node.operator === 'in' || node.operator === 'instanceof';
    if (named) {
      if (!this.#keep(node.left, true) || !this.#keep(node.right, true)) return false;
    } else if (!this.#operand(node.left) || !this.#operand(node.right)) return false;
    if (node.operator === '===' || node.operator === '!==') return true;
    if (named || !isPrimitive(node.left) || !isPrimitive(node.right)) this.#state.hasEffects = true;
    return true;
  }

  #member(node: MemberExpression, isNamed: boolean): boolean {
    // Its Error, for which another object stands in, is to stay in the text.
    if (this.#environment.allocations.isTraceLimit(node)) return !isNamed;
    if (!this.#memberObject(node, isNamed)) return false;
    if (node.optional) this.#state.isConditional = true;
    if (node.computed && !(isNamed ? this.#keep(node.property, true) : this.#operand(node.property))) return false;
    if (!this.#environment.allocations.isStableMember(node)) this.#state.hasEffects = true;
    return true;
  }

  #memberObject(node: MemberExpression, isNamed: boolean): boolean {
    const { object } = node;
    if (object === this.#standIn?.inner) return this.#handOverChain(this.#standIn);
    if (object.type === 'Super' || node.property.type === 'PrivateIdentifier') return false;
    if (isNamed && this.#environment.allocations.isPrivateContainer(object)) {
      return !this.#state.hasEffects && !this.#state.isConditional && this.#handOver(object, true);
    }
    return isNamed ? this.#keep(object, true) : this.#operand(object);
  }

  /** What stands behind `?.` may not be evaluated at all. */
  #chain(node: Node, isNamed: boolean): boolean {
    const before = this.#state.isConditional;
    const ok = this.#keep(node, isNamed);
    this.#state.isConditional = before;
    return ok;
  }

  #call(node: CallExpression): boolean {
    const { callee } = node;
    if (callee.type === 'Super' || (callee.type === 'Identifier' && callee.name === 'eval')) return false;
    if (!this.#keepCallee(callee)) return false;
    if (node.optional) this.#state.isConditional = true;
    return this.#callArguments(node.arguments);
  }

  #keepCallee(callee: Node): boolean {
    if (callee.type !== 'MemberExpression') return this.#keep(callee, true);
    if (!this.#memberObject(callee, true)) return false;
    if (callee.optional) this.#state.isConditional = true;
    if (callee.computed && !this.#keep(callee.property, true)) return false;
    if (!this.#environment.allocations.isStableMember(callee)) this.#state.hasEffects = true;
    return true;
  }

  /** A message leaves them out. */
  #callArguments(parts: readonly Node[]): boolean {
    const before = this.#isShown;
    this.#isShown = false;
    const ok = parts.every((part) => this.#element(part));
    this.#isShown = before;
    if (!ok) return false;
    this.#state.hasEffects = true;
    this.#state.runsCode = true;
    return true;
  }
}
