/**
 * Whether a parsed file is an ES module, and the two forms of TypeScript that CommonJS and ES modules write differently.
 */

import babel, { type NodePath, type types as t } from '@babel/core';

const { template, types } = babel;

/** What the statements of a file say about its module system, types left out. */
export interface ModuleStatements {
  /** `import`, `export`. */
  readonly hasModule: boolean;
  /** `import x = require()`, `export =`. */
  readonly hasTypeScriptCommonJs: boolean;
}

/** What a file uses that only one of the two module systems has. */
export interface ModuleNames {
  /** `import.meta` or `await` at the top level: impossible in CommonJS. */
  readonly needsModule: boolean;
  /** Of these names, some that nothing in the file declares: __dirname, __filename, require, module, exports. */
  readonly usesCommonJsNames: boolean;
}

const commonJsNames = ['__dirname', '__filename', 'require', 'module', 'exports'];

export function findModuleStatements(file: t.File): ModuleStatements {
  const statements = file.program.body;
  return {
    hasModule: statements.some(isModuleStatement),
    hasTypeScriptCommonJs: statements.some(
      (each) =>
        each.type === 'TSExportAssignment' ||
        (each.type === 'TSImportEqualsDeclaration' &&
          each.moduleReference.type === 'TSExternalModuleReference' &&
          each.importKind !== 'type'),
    ),
  };
}

/** Leaves Babel's caches about the tree behind, so that the tree can't be transformed afterwards. */
export function findModuleNames(file: t.File): ModuleNames {
  let needsModule = false;
  let usesCommonJsNames = false;
  babel.traverse(file, {
    Program(path) {
      usesCommonJsNames = commonJsNames.some((name) => name in path.scope.globals);
    },
    MetaProperty(path) {
      if (path.node.meta.name === 'import') needsModule = true;
    },
    AwaitExpression(path) {
      if (!path.getFunctionParent()) needsModule = true;
    },
    ForOfStatement(path) {
      if (path.node.await && !path.getFunctionParent()) needsModule = true;
    },
  });
  return { needsModule, usesCommonJsNames };
}

function isModuleStatement(statement: t.Statement): boolean {
  switch (statement.type) {
    case 'ImportDeclaration':
      return statement.importKind !== 'type';
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return statement.exportKind !== 'type';
    case 'ExportDefaultDeclaration':
      return statement.declaration.type !== ('TSInterfaceDeclaration' as string);
    default:
      return false;
  }
}

/** In an ES module `import x = require('y')` becomes what tsc makes of it: a require made for this module. */
export function lowerImportRequires(program: NodePath<t.Program>): void {
  let requireName: string | undefined;
  for (const statement of program.get('body')) {
    if (!statement.isTSImportEqualsDeclaration()) continue;
    const { moduleReference, id, isExport, importKind } = statement.node;
    if (moduleReference.type !== 'TSExternalModuleReference' || importKind === 'type') continue;
    requireName ??= program.scope.generateUid('require');
    const call = types.callExpression(types.identifier(requireName), [moduleReference.expression]);
    const declaration = types.inherits(
      types.variableDeclaration('const', [types.variableDeclarator(types.identifier(id.name), call)]),
      statement.node,
    );
    statement.replaceWith(isExport ? types.exportNamedDeclaration(declaration) : declaration);
  }
  if (requireName === undefined) return;
  const create = program.scope.generateUid('createRequire');
  const made = template.statements(`import { createRequire as CREATE } from 'node:module'; const REQUIRE = CREATE(import.meta.url);`, {
    sourceType: 'module',
  })({ CREATE: create, REQUIRE: requireName });
  program.node.body.unshift(...made);
}

/** Babel's CommonJS transform wants `export * as x from` as an import and an export. */
export function lowerNamespaceExports(program: NodePath<t.Program>): void {
  for (const statement of program.get('body')) {
    if (!statement.isExportNamedDeclaration() || !statement.node.source) continue;
    const { source, specifiers } = statement.node;
    const [first] = specifiers;
    if (first?.type !== 'ExportNamespaceSpecifier') continue;
    const local = program.scope.generateUidIdentifier(first.exported.name);
    statement.replaceWithMultiple([
      types.inherits(types.importDeclaration([types.importNamespaceSpecifier(local)], source), statement.node),
      types.exportNamedDeclaration(null, [types.exportSpecifier(types.cloneNode(local), first.exported)]),
    ]);
  }
}
