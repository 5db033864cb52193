/**
 * What the syntax says about a Python class's instances: which attributes they have, and whether these are all.
 */

import type { SyntaxNode } from '@lezer/common';
import type { SourceFile } from '../sourceFile.ts';
import { callsOf, childrenOf, definedName, enclosingClass, isAssigned, usesOf } from './pythonSyntax.ts';

export interface ClassShape {
  readonly name: string;
  readonly definition: SyntaxNode;
  /** The attributes that the class's methods set on `self`, or the fields of a data class; in source order. */
  readonly attributes: readonly string[];
  /** From 1: the lines of `__init__`'s body; none where a data class has none of its own. */
  readonly initLines: readonly number[];
  /** Its one decorator, `@dataclass`. */
  readonly dataclass?: SyntaxNode;
}

/** What reaches an instance's dictionary, or needs one. */
const opensInstances =
  /\b(?:__dict__|__weakref__|setattr|delattr|vars|weakref|cached_property|__setattr__|__getattr__|__setstate__|pickle|copyreg|exec|eval)\b/;

/** Of a ClassDefinition without bases that has an `__init__` or is a data class; undefined for others. */
export function classShape(source: SourceFile, definition: SyntaxNode): ClassShape | undefined {
  const body = definition.getChild('Body');
  const bases = definition.getChild('ArgList');
  if (body === null || (bases !== null && !/^\(\s*(?:object\s*)?\)$/.test(source.textOf(bases)))) return undefined;
  const own = namesIn(source, body);
  const dataclass = own.has('__init__') ? undefined : dataclassDecorator(source, definition);
  const isSlotted = own.has('__slots__') || (dataclass !== undefined && /\bslots\b/.test(source.textOf(dataclass)));
  if (isSlotted || (dataclass === undefined && !own.has('__init__'))) return undefined;
  const name = definedName(source, definition);
  if (dataclass !== undefined) return { name, definition, attributes: fieldsOf(source, body), initLines: [], dataclass };
  const init = methodOf(source, body, '__init__')?.getChild('Body');
  if (init === undefined || init === null) return undefined;
  // Behind the colon: the line of `def` itself runs once, when the class is made.
  const from = source.lineAt(childrenOf(init)[1]?.from ?? init.from);
  const to = source.lineAt(init.to);
  const initLines = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return { name, definition, attributes: selfAttributes(source, definition), initLines };
}

/** Where the docstring ends and the class's own statements begin: the first statement to stand behind `__slots__`. */
export function firstStatement(definition: SyntaxNode): SyntaxNode | undefined {
  const body = definition.getChild('Body');
  const statements = body === null ? [] : childrenOf(body).filter(({ name }) => name !== ':' && name !== 'Comment');
  const [first, second] = statements;
  return first?.firstChild?.name === 'String' ? second : first;
}

/** Whether nothing but its attributes can be set on an instance, as far as this file shows, and nothing asks for its dictionary. */
export function isClosed(source: SourceFile, { name, definition, attributes, dataclass }: ClassShape): boolean {
  const body = definition.getChild('Body');
  // A decorator may do anything with a class; a base class, a subclass and `Class.x = ...` are beyond what is looked at.
  const isDecorated = definition.parent?.name === 'DecoratedStatement' && dataclass === undefined;
  if (body === null || isDecorated || opensInstances.test(source.text)) return false;
  const own = namesIn(source, body);
  if (dataclass === undefined && attributes.some((attribute) => own.has(attribute))) return false;
  // A data class with slots is made anew, which super() without arguments does not see.
  if (dataclass !== undefined && usesOf(source, 'super', definition).length > 0) return false;
  const isUsedOtherwise = usesOf(source, name).some(
    ({ parent }) => parent?.name === 'ArgList' && parent.parent?.name === 'ClassDefinition',
  );
  if (isUsedOtherwise) return false;
  const known = new Set(attributes);
  const classNames = ['cls', name, 'self.__class__', 'type(self)'];
  return source.nodesOf(['MemberExpression']).every((member) => {
    const attribute = member.getChild('PropertyName');
    // Of a data class with slots, `Class.field` is the slot and no longer the field's default.
    if (dataclass !== undefined && attribute !== null && known.has(source.textOf(attribute))) {
      if (member.firstChild === null || classNames.includes(source.textOf(member.firstChild))) return false;
    }
    if (attribute === null || !isAssigned(member) || known.has(source.textOf(attribute))) return true;
    // On `self` in another class it is that class's own.
    return member.firstChild !== null && source.textOf(member.firstChild) === 'self' && enclosingClass(member)?.from !== definition.from;
  });
}

function dataclassDecorator(source: SourceFile, definition: SyntaxNode): SyntaxNode | undefined {
  const decorators = definition.parent?.name === 'DecoratedStatement' ? definition.parent.getChildren('Decorator') : [];
  const [only, ...more] = decorators.filter((decorator) => /^@\s*(?:dataclasses\.)?dataclass\b/.test(source.textOf(decorator)));
  return decorators.length === 1 && more.length === 0 ? only : undefined;
}

/** The annotated names of a data class's body. */
function fieldsOf(source: SourceFile, body: SyntaxNode): string[] {
  return body.getChildren('AssignStatement').flatMap((statement) => {
    const [name, type] = childrenOf(statement);
    if (name?.name !== 'VariableName' || type?.name !== 'TypeDef' || /\b(?:ClassVar|InitVar)\b/.test(source.textOf(type))) return [];
    return [source.textOf(name)];
  });
}

function selfAttributes(source: SourceFile, definition: SyntaxNode): string[] {
  const found = new Set<string>();
  for (const member of source.nodesOf(['MemberExpression'], definition)) {
    const attribute = member.getChild('PropertyName');
    if (attribute === null || member.firstChild === null || source.textOf(member.firstChild) !== 'self') continue;
    if (isAssigned(member) && enclosingClass(member)?.from === definition.from) found.add(source.textOf(attribute));
  }
  return [...found];
}

/** Names that the class's body binds directly: methods, class attributes. */
function namesIn(source: SourceFile, body: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const child of childrenOf(body)) {
    const statement = child.name === 'DecoratedStatement' ? (child.lastChild ?? child) : child;
    if (/Definition$/.test(statement.name)) names.add(definedName(source, statement));
    else
      for (const target of childrenOf(statement))
        if (target.name === 'VariableName' && isAssigned(target)) names.add(source.textOf(target));
  }
  return names;
}

function methodOf(source: SourceFile, body: SyntaxNode, name: string): SyntaxNode | undefined {
  return body.getChildren('FunctionDefinition').find((method) => definedName(source, method) === name);
}

/** The lines, from 1, on which the class is called by its name, or as `cls` in its own body. */
export function constructingLines(source: SourceFile, { name, definition }: ClassShape): readonly number[] {
  const own = callsOf(source, 'cls').filter((call) => enclosingClass(call)?.from === definition.from);
  return [...new Set([...callsOf(source, name), ...own].map((call) => source.lineAt(call.from)))];
}
