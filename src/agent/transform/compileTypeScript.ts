/**
 * Compiles one TypeScript or JSX file to JavaScript that Node 18 runs, with an exact mapping back and, as far as the syntax allows,
 * every statement on the line where it stood. Types are not checked.
 */

import { decode } from '@jridgewell/sourcemap-codec';
import babel, { type NodePath, type PluginItem, type PluginObj, type types as t } from '@babel/core';
import decoratorsPlugin from '@babel/plugin-proposal-decorators';
import resourcesPlugin from '@babel/plugin-transform-explicit-resource-management';
import commonJsPlugin from '@babel/plugin-transform-modules-commonjs';
import jsxPlugin from '@babel/plugin-transform-react-jsx';
import jsxDevelopmentPlugin from '@babel/plugin-transform-react-jsx/lib/development.js';
import typeScriptPlugin from '@babel/plugin-transform-typescript';
import { definesClassFields, type CompilerOptions } from './compilerOptions.ts';
import type { ModuleFormat } from './detectFormat.ts';
import { parseSource, toCompileError, type SourceKind } from './parseSource.ts';
import { assignClassFields, declareParameterProperties } from './typescript/classFields.ts';
import { lowerLegacyDecorators, type MetadataOptions } from './typescript/legacyDecorators.ts';
import { findModuleStatements, lowerImportRequires, lowerNamespaceExports } from './typescript/moduleSyntax.ts';
import { lowerNamespaces } from './typescript/namespaces.ts';

export { loadCompilerOptions } from './compilerOptions.ts';
export { detectFormat, sourceKindOf } from './detectFormat.ts';
export { CompileError } from './parseSource.ts';
export type { CompilerOptions, LoadedCompilerOptions } from './compilerOptions.ts';
export type { ModuleFormat } from './detectFormat.ts';
export type { SourceKind } from './parseSource.ts';

export interface CompileInput {
  readonly source: string;
  /** Absolute; stands in messages and in what the development JSX runtime is told. */
  readonly path: string;
  readonly kind: SourceKind;
  readonly format: ModuleFormat;
  readonly options?: CompilerOptions;
  /** Where tsconfig.json does not say: 'automatic' when react/jsx-runtime can be resolved from the file. */
  readonly jsxRuntime?: 'classic' | 'automatic';
}

export interface CompileResult {
  readonly code: string;
  /** Quadruples [generated line, generated column, original line, original column], all from 0, ascending in the generated text. */
  readonly mappings: Int32Array;
}

/** @throws CompileError when the source can't be compiled. */
export function compileTypeScript(input: CompileInput): CompileResult {
  const options = input.options ?? {};
  const legacyDecorators = input.kind !== 'jsx' && options.experimentalDecorators === true;
  const file = parseSource(input.source, { kind: input.kind, legacyDecorators });
  const { hasModule, hasTypeScriptCommonJs } = findModuleStatements(file);
  const isModule = input.format === 'module' || hasModule || hasTypeScriptCommonJs;
  file.program.sourceType = isModule ? 'module' : 'script';
  const plugins: PluginItem[] = [loweringPlugin(input, legacyDecorators)];
  if (input.kind !== 'jsx') plugins.push([typeScriptPlugin, typeScriptOptions(options)]);
  if (/\busing\b/.test(input.source)) plugins.push(resourcesPlugin);
  if (/@|\baccessor\b/.test(input.source)) plugins.push([decoratorsPlugin, { version: '2023-11' }]);
  if (input.kind !== 'ts') plugins.push(jsxPluginFor(input));
  if (isModule && input.format === 'commonjs') {
    const importInterop = options.esModuleInterop === false ? 'none' : 'babel';
    plugins.push([commonJsPlugin, { importInterop, allowTopLevelThis: true }]);
  } else if (!isModule && (options.alwaysStrict ?? options.strict) === true) {
    file.program.directives.unshift(babel.types.directive(babel.types.directiveLiteral('use strict')));
  }
  return generate(input, file, plugins);
}

function generate(input: CompileInput, file: t.File, plugins: PluginItem[]): CompileResult {
  let result;
  try {
    result = babel.transformFromAstSync(file, input.source, {
      filename: input.path,
      plugins,
      babelrc: false,
      configFile: false,
      browserslistConfigFile: false,
      cloneInputAst: false,
      comments: false,
      compact: false,
      retainLines: true,
      sourceMaps: true,
      highlightCode: false,
    });
  } catch (error) {
    throw toCompileError(error);
  }
  if (!result?.map || typeof result.code !== 'string') throw new Error('Babel gave no code');
  const mappings: number[] = [];
  for (const [line, segments] of decode(result.map.mappings).entries()) {
    for (const segment of segments) {
      if (segment.length > 1) mappings.push(line, segment[0], segment[2] ?? 0, segment[3] ?? 0);
    }
  }
  return { code: result.code, mappings: Int32Array.from(mappings) };
}

/** What must happen before Babel's transforms see the tree. Most files need little of it, and each pass costs a walk of the tree. */
function loweringPlugin({ source, kind, format, options = {} }: CompileInput, legacyDecorators: boolean): PluginObj {
  return {
    visitor: {
      Program(path: NodePath<t.Program>) {
        if (format === 'commonjs') lowerNamespaceExports(path);
        if (kind === 'jsx') return;
        if (/\b(?:namespace|module)\b/.test(source)) {
          lowerNamespaces(path);
          path.scope.crawl();
        }
        if (format === 'module') lowerImportRequires(path);
        if (legacyDecorators && source.includes('@')) {
          lowerLegacyDecorators(path, metadataOptions(options));
          path.scope.crawl();
        }
        if (!/\bclass\b/.test(source)) return;
        if (definesClassFields(options)) declareParameterProperties(path);
        else assignClassFields(path);
      },
    },
  };
}

function metadataOptions(options: CompilerOptions): MetadataOptions | undefined {
  if (options.emitDecoratorMetadata !== true) return undefined;
  return { strictNullChecks: (options.strictNullChecks ?? options.strict) === true };
}

function typeScriptOptions(options: CompilerOptions): object {
  return {
    allowDeclareFields: true,
    allowNamespaces: true,
    onlyRemoveTypeImports: options.verbatimModuleSyntax === true || options.preserveValueImports === true,
    jsxPragma: options.jsxFactory ?? 'React.createElement',
    jsxPragmaFrag: options.jsxFragmentFactory ?? 'React.Fragment',
  };
}

function jsxPluginFor(input: CompileInput): PluginItem {
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource } = input.options ?? {};
  const asked = jsx === 'react' ? 'classic' : jsx === 'react-jsx' || jsx === 'react-jsxdev' ? 'automatic' : undefined;
  const hasPragma = /@jsxImportSource\s/.test(input.source);
  const runtime = hasPragma ? 'automatic' : (asked ?? (jsxFactory === undefined ? input.jsxRuntime : undefined) ?? 'classic');
  const common = { runtime, throwIfNamespace: false };
  if (runtime === 'automatic') {
    return [jsx === 'react-jsxdev' ? jsxDevelopmentPlugin : jsxPlugin, { ...common, importSource: jsxImportSource ?? 'react' }];
  }
  return [jsxPlugin, { ...common, pragma: jsxFactory ?? 'React.createElement', pragmaFrag: jsxFragmentFactory ?? 'React.Fragment' }];
}
