/** Walks over expressions: moves those that allocate into markers, and books what can't be moved. */

import type { CallExpression, MemberExpression, NewExpression } from 'acorn';
import type { SiteKind } from '../../../protocol/instrumentation.ts';
import type { Allocations } from './allocations.ts';
import { startOfCall } from './chains.ts';
import type { DefinitionWalker } from './definitionWalker.ts';
import type { Hole, MarkerPiece } from './edits.ts';
import { planHoist } from './hoisting.ts';
import type { HoistPlan } from './hoistPlan.ts';
import { isNumeric, receiverText } from './collections.ts';
import { withHiddenLines } from './hiddenLines.ts';
import { markerName, markerPieces } from './markerText.ts';
import { isArithmetic } from './ownCode.ts';
import { nameOfTarget, positionUnder } from './positions.ts';
import type { Position } from './positions.ts';
import type { Context, Recording } from './recording.ts';
import type { Scopes } from './scopes.ts';
import { childrenOf, isFunction, isShortFunction, propertyName } from './syntax.ts';
import type { Node } from './syntax.ts';

export interface FileFacts {
  readonly source: string;
  readonly isStrict: boolean;
  readonly scopes: Scopes;
  readonly allocations: Allocations;
  /** Whether the agent is to hold what the top level declares. */
  readonly holdsTopLevel: boolean;
  /** Whether the agent is to see some calls' arguments. */
  readonly looksAtArguments: boolean;
}

export class ExpressionWalker {
  readonly #facts: FileFacts;
  readonly #recording: Recording;
  readonly #definitions: DefinitionWalker;
  /** The calls that were moved, and their sites. */
  readonly #siteOfCall = new Map<Node, number>();

  constructor(facts: FileFacts, recording: Recording, definitions: DefinitionWalker) {
    this.#facts = facts;
    this.#recording = recording;
    this.#definitions = definitions;
  }

  /** @returns whether it may end otherwise than by giving a value: by an error of code that it calls, or by never coming back. */
  walk(node: Node, context: Context, position: Position = 'value', name = ''): boolean {
    const kind = this.#facts.allocations.kindOf(node);
    if (kind !== undefined) {
      const plan = !context.isUnmoved && this.#canStandAt(node, position) ? this.#planOf(node, kind, context) : undefined;
      if (plan !== undefined) return this.#move(node, kind, plan, context);
      this.#recording.addResidual(node, context);
    }
    return this.#walkParts(node, context, position, name);
  }

  /** `a[i] = v` as a statement, where `a` grows by it. @returns undefined where it is none or can't be moved. */
  walkStore(node: Node, context: Context): boolean | undefined {
    if (node.type !== 'AssignmentExpression' || node.operator !== '=' || node.left.type !== 'MemberExpression' || context.isUnmoved)
      return undefined;
    if (!this.#facts.allocations.isGrowingStore(node.left)) return undefined;
    const plan = isNumeric(node.right) ? undefined : this.#planOf(node, 'grow', context);
    if (plan !== undefined) return this.#move(node, 'grow', plan, context);
    this.#recording.addResidual(node, context);
    return undefined;
  }

  #planOf(node: Node, kind: SiteKind, context: Context, isNested = false): HoistPlan | undefined {
    if (this.#recording.lineOf(node.start) === undefined) return undefined;
    if (
      node.type === 'AssignmentExpression' &&
      this.#recording.lines.line0At(node.left.start) !== this.#recording.lines.line0At(node.left.end)
    )
      return undefined;
    const { scopes, allocations } = this.#facts;
    const plan = planHoist(node, {
      scopes,
      allocations,
      frame: context.frame,
      allowsThis: node.start >= context.thisFrom,
      // What is put into a collection has a site of its own: it comes each time, growth now and then.
      // What a nested marker or the agent is handed is written down with `this`.
      passesThis: kind !== 'grow' && !isNested,
      nestsInner: kind === 'grow',
      isOnLineOf: (inner, outer) => kind !== 'grow' && this.#recording.isOnLineOf(inner, outer),
      splitsChain: (inner, outer) =>
        !isNested &&
        allocations.kindOf(inner) !== undefined &&
        this.#recording.lineOf(startOfCall(inner)) !== this.#recording.lineOf(startOfCall(outer)),
    });
    return plan === undefined || this.#recording.frozen.isChangedBy(node, plan.values) ? undefined : plan;
  }

  /** Whether no message that names the expression can arise there. */
  #canStandAt(node: Node, position: Position): boolean {
    switch (position) {
      case 'value':
        return true;
      case 'called':
        return false;
      case 'iterated':
        return this.#facts.allocations.isIterable(node);
      case 'destructured':
        return this.#facts.allocations.isObject(node);
    }
  }

  #move(node: Node, kind: SiteKind, plan: HoistPlan, context: Context): boolean {
    const recording = this.#recording;
    const id = recording.addSite(node, kind === 'literal' && plan.runsCode ? 'call' : kind, context, this.#startOfSite(node, plan));
    if (kind === 'call' || kind === 'packageCall') this.#siteOfCall.set(node, id);
    const name = markerName(id);
    const ownThis = plan.usesThis ? `this${plan.arguments.length > 0 ? ',' : ''}` : '';
    const isMethod = (plan.usesThis && !plan.passesThis) || plan.standIn?.leftmost === 'this';
    const call = `${name}${isMethod ? '.call' : ''}(${ownThis}`;
    const isAddition = node.type === 'AssignmentExpression' && node.operator === '+=';
    const target = isAddition ? `${this.#facts.source.slice(node.left.start, node.left.end)}=` : '';
    recording.edits.push({ kind: 'call', start: node.start, end: node.end, before: target + call, arguments: plan.arguments });
    const receiver = kind === 'grow' ? receiverText(node, plan) : undefined;
    const holes = [...plan.holes, ...this.#moveNested(plan, context)].sort((a, b) => a.start - b.start);
    recording.markers.push(
      markerPieces({
        id,
        parameters: plan.parameters,
        needsStrictDirective: context.isStrict && !this.#facts.isStrict,
        ...(receiver === undefined ? {} : { receiver }),
        origin: node.start,
        expression: this.#expressionPieces(node, holes),
      }),
    );
    if (plan.standIn !== undefined) recording.markers.push([{ text: plan.standIn.functionText, origin: node.start }]);
    let canThrow = plan.runsCode || kind === 'grow';
    for (const value of plan.values) if (this.walk(value, context)) canThrow = true;
    this.#addCallSitesOf(node, plan, context);
    return canThrow;
  }

  /** Of a chain that was moved as a whole, the first line is as good as any; else the call's own. */
  #startOfSite(node: Node, plan: HoistPlan): number {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return node.start;
    const isWholeChain = plan.standIn === undefined && this.#facts.allocations.startsWithAllocation(node.callee.object);
    return isWholeChain ? node.start : startOfCall(node);
  }

  /** Markers that are called from inside another one: its parameters are all that they need. */
  #moveNested(outer: HoistPlan, context: Context): Hole[] {
    return outer.nested.flatMap((node): Hole[] => {
      const kind = this.#facts.allocations.kindOf(node);
      const plan = kind === undefined ? undefined : this.#planOf(node, kind, context, true);
      if (kind === undefined || plan === undefined || plan.values.length > 0 || plan.nested.length > 0) return [];
      if (!plan.parameters.every((name) => outer.parameters.includes(name))) return [];
      const id = this.#recording.addSite(node, kind === 'literal' && plan.runsCode ? 'call' : kind, context);
      this.#recording.markers.push(
        markerPieces({
          id,
          parameters: plan.parameters,
          needsStrictDirective: context.isStrict && !this.#facts.isStrict,
          origin: node.start,
          expression: this.#expressionPieces(node, plan.holes),
        }),
      );
      const values = plan.parameters.join(',');
      const call = plan.usesThis ? `.call(this${values === '' ? '' : `,${values}`})` : `(${values})`;
      const text = node.type === 'CallExpression' ? markerName(id) + call : `(${markerName(id)}${call})`;
      return [{ start: node.start, end: node.end, text }];
    });
  }

  #expressionPieces(node: Node, holes: readonly Hole[]): MarkerPiece[] {
    const withBreaks = (part: Node): readonly Hole[] => withHiddenLines(part, holes, this.#recording.lines);
    if (node.type !== 'AssignmentExpression' || node.operator !== '+=') return [{ range: node, holes: withBreaks(node) }];
    const { left, right } = node;
    const { source } = this.#facts;
    return [
      { text: `${source.slice(left.start, left.end)}+(`, origin: node.start },
      { range: right, holes: withBreaks(right) },
      { text: ')', origin: right.end },
    ];
  }

  #addCallSitesOf(node: Node, plan: HoistPlan, context: Context): void {
    if (plan.values.includes(node)) return;
    if (node.type === 'CallExpression' || node.type === 'NewExpression') this.#addCallSite(node, context);
    for (const child of childrenOf(node)) this.#addCallSitesOf(child, plan, context);
  }

  #addCallSite(node: CallExpression | NewExpression, context: Context): void {
    const { callee } = node;
    if (callee.type === 'Identifier') this.#recording.addCallSite(callee.start, callee.name, context);
    else if (callee.type === 'MemberExpression') {
      const { property } = callee;
      const name = property.type === 'PrivateIdentifier' ? `#${property.name}` : propertyName(property, callee.computed);
      if (name !== undefined) this.#recording.addCallSite(property.start, name, context);
    } else if (callee.type === 'Super') this.#recording.addCallSite(callee.start, 'super', context);
  }

  #walkAll(nodes: readonly (Node | null)[], context: Context, position: Position = 'value'): boolean {
    let canThrow = false;
    for (const node of nodes) if (node !== null && this.walk(node, context, position)) canThrow = true;
    return canThrow;
  }

  #walkParts(node: Node, context: Context, position: Position, name: string): boolean {
    // A message shows operators and literals with all that is in them, but calls without their arguments.
    const inner = position === 'value' ? 'value' : 'called';
    switch (node.type) {
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#recording.addResidual(node, context, true);
        this.#definitions.walkFunction(node, context, name);
        return false;
      case 'ClassExpression':
        return this.#definitions.walkClass(node, context, name);
      case 'ArrayExpression':
        return this.#walkAll(node.elements, context, inner);
      case 'ObjectExpression':
        return this.#walkAll(node.properties, context, inner);
      case 'Property':
        return this.#walkProperty(node, context, inner);
      case 'SpreadElement':
        this.walk(node.argument, context, inner === 'called' ? inner : 'iterated');
        return true;
      case 'TemplateLiteral':
        return this.#walkAll(node.expressions, context, inner);
      case 'TaggedTemplateExpression':
        this.#walkCallee(node.tag, context);
        this.#walkAll(node.quasi.expressions, context);
        return true;
      case 'AssignmentExpression': {
        const canThrow = this.walkPattern(node.left, context);
        return this.walk(node.right, context, positionUnder(node.left), nameOfTarget(node.left)) || canThrow;
      }
      case 'UpdateExpression':
        return this.walkPattern(node.argument, context);
      case 'UnaryExpression':
        if (node.operator !== 'delete') return this.walk(node.argument, context, inner);
        return this.walk(node.argument, unmoved(context), inner);
      case 'BinaryExpression': {
        const canThrow = node.left.type !== 'PrivateIdentifier' && this.walk(node.left, context, inner);
        return this.walk(node.right, context, inner) || canThrow;
      }
      case 'LogicalExpression': {
        const canThrow = this.walk(node.left, context, inner);
        return this.walk(node.right, context, inner) || canThrow;
      }
      case 'ConditionalExpression': {
        const canThrow = this.walk(node.test, context, inner);
        return this.#walkAll([node.consequent, node.alternate], context, inner) || canThrow;
      }
      case 'SequenceExpression':
        return this.#walkAll(node.expressions, context, inner);
      case 'MemberExpression': {
        if (position === 'value') this.#keepPlaceOf(node);
        const canThrow = node.object.type !== 'Super' && this.walk(node.object, context, inner);
        return (node.computed && this.walk(node.property, context, inner)) || canThrow;
      }
      case 'ChainExpression':
        return this.#walkChain(node.expression, context);
      case 'CallExpression':
      case 'NewExpression':
        return this.#walkCall(node, context, position);
      case 'AwaitExpression':
        this.#walkAwait(node, context, position);
        return true;
      case 'YieldExpression':
        if (node.argument) this.walk(node.argument, context, node.delegate ? 'iterated' : 'value');
        return true;
      case 'ImportExpression':
        this.walk(node.source, context);
        if (node.options !== null) this.walk(node.options, context);
        return true;
      default:
        return false;
    }
  }

  /** V8 gives the place of a property that is read as the dot's behind a call, as the name's behind anything else. */
  #keepPlaceOf({ object }: MemberExpression): void {
    if (this.#facts.allocations.kindOf(object) === undefined || object.type === 'CallExpression') return;
    // There it could be taken for the arguments of what stands on the line before.
    if (object.start === this.#recording.statementStart) return;
    this.#recording.wrap(object.start, object.end, '(', ')');
  }

  #walkProperty(node: Node & { readonly type: 'Property' }, context: Context, position: Position): boolean {
    const canThrow = node.computed && this.walk(node.key, unmoved(context));
    const name = propertyName(node.key, node.computed) ?? '';
    if (isFunction(node.value) && (node.method || node.kind !== 'init')) {
      this.#recording.addResidual(node.value, context, true);
      this.#definitions.walkFunction(node.value, context, node.kind === 'init' ? name : `${node.kind} ${name}`);
      return canThrow;
    }
    return this.walk(node.value, context, position, name) || canThrow;
  }

  #walkCall(node: CallExpression | NewExpression, context: Context, position: Position): boolean {
    this.#addCallSite(node, context);
    if (position !== 'value' && isShortFunction(node.callee)) {
      // A message says '(intermediate value)' once for the function and once for each counter in it.
      this.#recording.addResidual(node.callee, context, true);
      this.#definitions.walkFunction(node.callee, context, '', { isCounted: false });
    } else this.#walkCallee(node.callee, context);
    const canThrow = this.#walkAll(node.arguments, context);
    return canThrow || !isArithmetic(node, this.#facts.allocations);
  }

  #walkCallee(callee: Node, context: Context): void {
    if (callee.type !== 'Super') this.walk(callee, context, 'called');
  }

  /** Parts of an optional chain can't be moved one by one: what stands behind `?.` must not run when the chain is cut short. */
  #walkChain(node: Node, context: Context): boolean {
    if (node.type === 'MemberExpression') {
      const canThrow = node.object.type !== 'Super' && this.#walkChain(node.object, context);
      return (node.computed && this.walk(node.property, context, 'called')) || canThrow;
    }
    if (node.type === 'CallExpression') {
      this.#addCallSite(node, context);
      if (node.callee.type !== 'Super') this.#walkChain(node.callee, context);
      this.#walkAll(node.arguments, context);
      return true;
    }
    return this.walk(node, context, 'called');
  }

  /** What arrives by an awaited call of somebody else's (a file's contents, say) is the call's. */
  #walkAwait(node: Node & { readonly type: 'AwaitExpression' }, context: Context, position: Position): void {
    this.walk(node.argument, context);
    const id = this.#siteOfCall.get(node.argument);
    if (id === undefined) return;
    this.#recording.markAwaited(id);
    if (position === 'value') this.#recording.wrap(node.start, node.end, `$ml_a(${id},`, ')');
  }

  /** Targets of assignments and parameters: what stands in them is not moved, but their defaults are. */
  walkPattern(node: Node, context: Context): boolean {
    switch (node.type) {
      case 'ObjectPattern': {
        let canThrow = false;
        for (const property of node.properties) {
          if (property.type === 'RestElement') canThrow = this.walkPattern(property.argument, context) || canThrow;
          else {
            if (property.computed && this.walk(property.key, unmoved(context))) canThrow = true;
            canThrow = this.walkPattern(property.value, context) || canThrow;
          }
        }
        return canThrow;
      }
      case 'ArrayPattern':
        // It iterates.
        for (const element of node.elements) if (element !== null) this.walkPattern(element, context);
        return true;
      case 'RestElement':
        return this.walkPattern(node.argument, context);
      case 'AssignmentPattern': {
        const canThrow = this.walkPattern(node.left, context);
        // A message shows the default of a pattern even where it is about a value that was given.
        const position = positionUnder(node.left) === 'value' ? 'value' : 'called';
        return this.walk(node.right, context, position, nameOfTarget(node.left)) || canThrow;
      }
      case 'Identifier':
        return false;
      default:
        return this.walk(node, unmoved(context));
    }
  }
}

export function unmoved(context: Context): Context {
  return context.isUnmoved ? context : { ...context, isUnmoved: true };
}
