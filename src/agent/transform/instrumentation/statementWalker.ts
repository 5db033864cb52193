/**
 * Walks over statements, functions and classes, and puts in the counters that say how often each statement ran.
 *
 * A counter stands where control can arrive from elsewhere or may not have arrived: at the start of functions, branches, loop bodies, cases
 * and handlers, and behind every statement that may not come to its end (one that jumps, calls, awaits or yields).
 */

import { lookedAtParameters } from './argumentLooks.ts';
import type { DefinitionWalker, FunctionFacts } from './definitionWalker.ts';
import { findPunctuator, endOfDirectives, isAnonymousDefinition, isStrictBody, propertyName, startOfArrowBody } from './syntax.ts';
import type { FunctionNode, Node, Program } from './syntax.ts';
import { exportFormOf } from './exportForms.ts';
import type { ExportForm } from './exportForms.ts';
import { ExpressionWalker, unmoved } from './expressionWalker.ts';
import type { FileFacts } from './expressionWalker.ts';
import { heldVariables } from './heldVariables.ts';
import { counterText, holderName } from './markerText.ts';
import { nameOfTarget, positionUnder } from './positions.ts';
import type { Context, Recording } from './recording.ts';
import { isCounted, isSuperCall, methodName, nameOfContainer } from './statementForms.ts';
import type { ClassNode } from './statementForms.ts';

const neverAssigned = Number.POSITIVE_INFINITY;

export class StatementWalker implements DefinitionWalker {
  readonly #facts: FileFacts;
  readonly #recording: Recording;
  readonly #expressions: ExpressionWalker;
  readonly #isCommonJs: boolean;
  readonly #containers: Set<string>;

  /** @param containers gets the names of private fields that start as arrays, maps or sets. */
  constructor(facts: FileFacts, recording: Recording, isCommonJs: boolean, containers: Set<string>) {
    this.#facts = facts;
    this.#recording = recording;
    this.#isCommonJs = isCommonJs;
    this.#containers = containers;
    this.#expressions = new ExpressionWalker(facts, recording, this);
  }

  walkProgram(program: Program): void {
    const recording = this.#recording;
    const [first] = program.body;
    const isCounted = first === undefined || this.#canEnter(program.body, first.start);
    const { counter } = recording.addFunction(program, { startOffset: 0, name: '', parentIndex: 0, isCounted });
    const context: Context = {
      functionIndex: 0,
      counter,
      isStrict: this.#facts.isStrict,
      frame: { node: program, parent: undefined, callableFrom: 0 },
      blockStart: 0,
      thisFrom: 0,
      isUnmoved: false,
    };
    if (first === undefined) return;
    this.#insertEntry(program.body, first.start, counter);
    const held = this.#facts.holdsTopLevel ? heldVariables(program) : [];
    const firstCode = program.body.find((node) => node.type !== 'ExpressionStatement' || node.directive === undefined);
    if (held.length > 0 && firstCode !== undefined) {
      recording.insert(firstCode.start, `$ml_h(${holderName});`);
      recording.markers.push([{ text: `function ${holderName}(){return[${held.join(',')}]}`, origin: program.end }]);
    }
    this.#walkList(program.body, context);
  }

  /** Node shows where an uncaught error was thrown; the agent has to know, for it does so in Node's place. */
  #noteThrow({ start, argument }: Node & { readonly type: 'ThrowStatement' }): void {
    const { fileKey, positionOf } = this.#recording;
    const position = positionOf(start);
    if (position === undefined) return;
    const [open, close] = argument.type === 'SequenceExpression' ? ['(', '))'] : ['', ')'];
    this.#recording.wrap(argument.start, argument.end, `$ml_e(${fileKey},${position.line},${position.column},${open}`, close);
  }

  /** Whether a counter can be put in at the start of a body. */
  #canEnter(body: readonly Node[], start: number): boolean {
    return !this.#recording.frozen.holds(endOfDirectives(body) ?? start);
  }

  /** Behind the directives, which must stay first. */
  #insertEntry(body: readonly Node[], start: number, counter: number, lookedAt: readonly string[] = []): void {
    if (counter < 0) return;
    const directivesEnd = endOfDirectives(body);
    if (directivesEnd === undefined) this.#recording.insert(start, `${counterText(counter, lookedAt)};`);
    else this.#insertBehind(directivesEnd, counter, lookedAt);
  }

  #insertBehind(end: number, counter: number, lookedAt: readonly string[] = []): void {
    const separator = this.#facts.source[end - 1] === ';' ? '' : ';';
    this.#recording.insert(end, `${separator}${counterText(counter, lookedAt)};`);
  }

  #walkList(body: readonly Node[], context: Context): boolean {
    let current = context;
    let anyJumps = false;
    const lastCounted = body.findLastIndex(isCounted);
    for (const [index, statement] of body.entries()) {
      const jumps = this.#walkStatement(statement, current);
      if (!jumps) continue;
      anyJumps = true;
      if (index >= lastCounted || this.#recording.frozen.holds(statement.end)) continue;
      const counter = this.#recording.newCounter();
      this.#insertBehind(statement.end, counter);
      current = { ...current, counter };
    }
    return anyJumps;
  }

  /** @returns whether control may not come to its end. */
  #walkStatement(node: Node, context: Context): boolean {
    const form = this.#isCommonJs ? exportFormOf(node, this.#facts.source) : undefined;
    if (isCounted(node) && node.type !== 'BlockStatement') this.#recording.addStatement(node, context);
    if (form !== undefined) return this.#walkExportForm(node, form, context);
    const expressions = this.#expressions;
    switch (node.type) {
      case 'ExpressionStatement':
        this.#recording.statementStart = node.start;
        return expressions.walkStore(node.expression, context) ?? expressions.walk(node.expression, context);
      case 'VariableDeclaration':
        return this.#walkDeclaration(node, context);
      case 'FunctionDeclaration':
        this.#recording.addResidual(node, context, true);
        this.walkFunction(node, context, node.id?.name ?? 'default');
        return false;
      case 'ClassDeclaration':
        return this.walkClass(node, context, node.id?.name ?? 'default');
      case 'BlockStatement':
        return this.#walkList(node.body, { ...context, blockStart: node.start });
      case 'ReturnStatement':
        if (node.argument !== null && node.argument !== undefined) expressions.walk(node.argument, context);
        return true;
      case 'ThrowStatement':
        this.#noteThrow(node);
        expressions.walk(node.argument, unmoved(context));
        return true;
      case 'BreakStatement':
      case 'ContinueStatement':
        return true;
      case 'IfStatement': {
        let jumps = expressions.walk(node.test, context);
        jumps = this.#walkBranch(node.consequent, context) || jumps;
        if (node.alternate !== null && node.alternate !== undefined) jumps = this.#walkBranch(node.alternate, context) || jumps;
        return jumps;
      }
      case 'LabeledStatement':
        return this.#walkStatement(node.body, context);
      case 'SwitchStatement':
        return this.#walkSwitch(node, context);
      case 'TryStatement':
        return this.#walkTry(node, context);
      case 'WithStatement':
        // Every name in its body, ours too, is looked up in the object first.
        expressions.walk(node.object, context);
        return true;
      case 'ExportNamedDeclaration':
        return node.declaration !== null && node.declaration !== undefined && this.#walkStatement(node.declaration, context);
      case 'ExportDefaultDeclaration': {
        const { declaration } = node;
        if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration')
          return this.#walkStatement(declaration, context);
        return expressions.walk(declaration, context, 'value', 'default');
      }
      default:
        return this.#walkLoop(node, context);
    }
  }

  #walkExportForm(node: Node, form: ExportForm, context: Context): boolean {
    if (form === 'unmoved' && node.type === 'ExpressionStatement') this.#expressions.walk(node.expression, unmoved(context));
    return true;
  }

  #walkDeclaration(node: Node & { readonly type: 'VariableDeclaration' }, context: Context): boolean {
    let jumps = false;
    for (const declarator of node.declarations) {
      if (this.#expressions.walkPattern(declarator.id, context)) jumps = true;
      const { init, id } = declarator;
      if (init !== null && init !== undefined && this.#expressions.walk(init, context, positionUnder(id), nameOfTarget(id))) jumps = true;
    }
    return jumps;
  }

  #walkLoop(node: Node, context: Context): boolean {
    const expressions = this.#expressions;
    switch (node.type) {
      case 'ForStatement': {
        const inner = { ...context, blockStart: node.start };
        let jumps = false;
        const { init } = node;
        if (init !== null && init !== undefined) {
          jumps = init.type === 'VariableDeclaration' ? this.#walkDeclaration(init, inner) : expressions.walk(init, inner);
        }
        const turn = this.#turnOf(node.body, inner);
        for (const part of [node.test, node.update]) if (part !== null && part !== undefined && expressions.walk(part, turn)) jumps = true;
        return this.#walkBranch(node.body, inner, turn.counter) || jumps;
      }
      case 'ForInStatement':
      case 'ForOfStatement': {
        const inner = { ...context, blockStart: node.start };
        const { left } = node;
        const target = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
        const turn = this.#turnOf(node.body, inner);
        if (target !== undefined) expressions.walkPattern(target, turn);
        expressions.walk(node.right, inner, node.type === 'ForOfStatement' ? 'iterated' : 'value');
        this.#walkBranch(node.body, inner, turn.counter);
        // Its iterator's code runs between the turns.
        return true;
      }
      case 'WhileStatement': {
        const turn = this.#turnOf(node.body, context);
        const jumps = expressions.walk(node.test, turn);
        return this.#walkBranch(node.body, context, turn.counter) || jumps;
      }
      case 'DoWhileStatement': {
        const turn = this.#turnOf(node.body, context);
        const jumps = this.#walkBranch(node.body, context, turn.counter);
        return expressions.walk(node.test, turn) || jumps;
      }
      default:
        return false;
    }
  }

  /** What stands in a loop's header and runs with each turn, give or take one, is counted by the body's counter. */
  #turnOf(body: Node, context: Context): Context {
    const isCounting = body.type !== 'EmptyStatement' && body.type !== 'FunctionDeclaration';
    return isCounting && this.#canCount(body) ? { ...context, counter: this.#recording.newCounter() } : context;
  }

  /** Whether a counter can be put in that counts how often a branch or a loop's body runs. */
  #canCount(body: Node): boolean {
    return body.type === 'BlockStatement' ? !this.#recording.frozen.holds(body.start + 1) : this.#recording.canWrap(body);
  }

  /** A body that runs other than once for each time that the statement around it does. */
  #walkBranch(node: Node, context: Context, knownCounter?: number): boolean {
    if (node.type === 'EmptyStatement') return false;
    // `if (x) function f() {}` means something else in braces.
    if (node.type === 'FunctionDeclaration') return this.#walkStatement(node, context);
    // What can't be counted by itself is counted with what is around it.
    if (!this.#canCount(node)) return this.#walkStatement(node, context);
    const counter = knownCounter ?? this.#recording.newCounter();
    const inner = { ...context, counter };
    if (node.type === 'BlockStatement') {
      this.#recording.insert(node.start + 1, `${counterText(counter)};`);
      return this.#walkStatement(node, inner);
    }
    this.#recording.wrap(node.start, node.end, `{${counterText(counter)};`, '}');
    return this.#walkStatement(node, inner);
  }

  #walkSwitch(node: Node & { readonly type: 'SwitchStatement' }, context: Context): boolean {
    this.#expressions.walk(node.discriminant, context);
    const inner = { ...context, blockStart: node.start };
    for (const branch of node.cases) {
      if (branch.test !== null && branch.test !== undefined) this.#expressions.walk(branch.test, inner);
      const [first] = branch.consequent;
      if (first === undefined) continue;
      const isCounted = !this.#recording.frozen.holds(first.start);
      const counter = isCounted ? this.#recording.newCounter() : inner.counter;
      if (isCounted) this.#recording.insert(first.start, `${counterText(counter)};`);
      this.#walkList(branch.consequent, { ...inner, counter });
    }
    return true;
  }

  #walkTry(node: Node & { readonly type: 'TryStatement' }, context: Context): boolean {
    this.#walkStatement(node.block, context);
    const { handler, finalizer } = node;
    if (handler !== null && handler !== undefined) {
      if (handler.param !== null && handler.param !== undefined) this.#expressions.walkPattern(handler.param, context);
      this.#walkBranch(handler.body, context);
    }
    if (finalizer !== null && finalizer !== undefined) this.#walkBranch(finalizer, context);
    return true;
  }

  walkFunction(node: FunctionNode, context: Context, name: string, { thisFrom = 0, isCounted: mayCount = true }: FunctionFacts = {}): void {
    const { source } = this.#facts;
    const recording = this.#recording;
    const isArrow = node.type === 'ArrowFunctionExpression';
    const startOffset = isArrow ? node.start : findPunctuator(source, '(', node.id?.end ?? node.start);
    const { body } = node;
    // With the parentheses around it, so that the function's text ends with ours: originalTextOf relies on it.
    const bodyStart = isArrow ? startOfArrowBody(source, node) : body.start;
    const isCounted =
      mayCount &&
      (body.type === 'BlockStatement' ? this.#canEnter(body.body, body.start + 1) : recording.canWrap({ start: bodyStart, end: node.end }));
    const { index, counter } = recording.addFunction(node, {
      startOffset,
      name: node.id?.name ?? name,
      parentIndex: context.functionIndex,
      isCounted,
    });
    const inner: Context = {
      functionIndex: index,
      counter,
      isStrict: context.isStrict || (body.type === 'BlockStatement' && isStrictBody(body.body)),
      frame: {
        node,
        parent: context.frame,
        callableFrom: node.type === 'FunctionDeclaration' ? context.blockStart : node.start,
      },
      blockStart: body.start,
      thisFrom: isArrow ? context.thisFrom : thisFrom,
      isUnmoved: false,
    };
    for (const parameter of node.params) this.#expressions.walkPattern(parameter, inner);
    const lookedAt = this.#facts.looksAtArguments ? lookedAtParameters(node, source) : [];
    if (body.type === 'BlockStatement') {
      this.#insertEntry(body.body, body.start + 1, counter, lookedAt);
      this.#walkList(body.body, inner);
    } else {
      if (isCounted) recording.wrap(bodyStart, node.end, `(${counterText(counter, lookedAt)},`, ')');
      recording.addStatement(body, inner);
      this.#expressions.walk(body, inner);
    }
  }

  walkClass(node: ClassNode, context: Context, name: string): boolean {
    this.#recording.addResidual(node, context);
    const className = node.id?.name ?? name;
    const inner: Context = { ...context, isStrict: true };
    let canThrow = false;
    if (node.superClass !== null && node.superClass !== undefined) {
      this.#expressions.walk(node.superClass, unmoved(inner));
      canThrow = true;
    }
    for (const element of node.body.body) this.#collectContainer(element);
    for (const element of node.body.body) {
      if (element.type === 'StaticBlock') this.#walkStaticBlock(element, inner);
      else {
        if (element.computed && this.#expressions.walk(element.key, unmoved(inner))) canThrow = true;
        if (element.type === 'PropertyDefinition') this.#walkField(element, inner);
        else this.#walkMethod(element, node, inner, className);
      }
      if (element.type !== 'MethodDefinition') canThrow = true;
    }
    return canThrow;
  }

  #collectContainer(element: Node): void {
    const name = nameOfContainer(element);
    if (name !== undefined) this.#containers.add(name);
  }

  #walkMethod(element: Node & { readonly type: 'MethodDefinition' }, owner: ClassNode, context: Context, className: string): void {
    const isDerivedConstructor = element.kind === 'constructor' && owner.superClass !== null && owner.superClass !== undefined;
    const method = element.value;
    const name = element.kind === 'constructor' ? className : methodName(element);
    // `this` has no value until the constructor above has run.
    const superEnd = isDerivedConstructor ? (method.body.body.find(isSuperCall)?.end ?? neverAssigned) : 0;
    this.walkFunction(method, context, name, { thisFrom: superEnd });
  }

  #walkStaticBlock(element: Node & { readonly type: 'StaticBlock' }, context: Context): void {
    const open = findPunctuator(this.#facts.source, '{', element.start);
    const { index, counter } = this.#recording.addFunction(element, {
      startOffset: element.start,
      name: '',
      parentIndex: context.functionIndex,
      isCounted: !this.#recording.frozen.holds(open + 1),
    });
    this.#insertEntry([], open + 1, counter);
    this.#walkList(element.body, {
      functionIndex: index,
      counter,
      isStrict: true,
      frame: { node: element, parent: context.frame, callableFrom: element.start },
      blockStart: open,
      thisFrom: 0,
      isUnmoved: false,
    });
  }

  #walkField(element: Node & { readonly type: 'PropertyDefinition' }, context: Context): void {
    const { value } = element;
    if (value === null || value === undefined) return;
    const inner: Context = {
      ...context,
      counter: this.#recording.newCounter(),
      frame: { node: element, parent: context.frame, callableFrom: element.start },
      thisFrom: 0,
      isUnmoved: false,
    };
    const name = element.key.type === 'PrivateIdentifier' ? `#${element.key.name}` : (propertyName(element.key, element.computed) ?? '');
    // The field names it: nothing may stand in between. Its counter stays at 0 then, so nothing is booked under it.
    if (isAnonymousDefinition(value) || !this.#recording.canWrap(value)) {
      this.#expressions.walk(value, { ...inner, counter: context.counter }, 'value', name);
      return;
    }
    this.#recording.addStatement(element, inner);
    this.#recording.wrap(value.start, value.end, `(${counterText(inner.counter)},`, ')');
    this.#expressions.walk(value, inner, 'value', name);
  }
}
