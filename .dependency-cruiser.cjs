/**
 * Each folder's allowed imports, and no cycles. Dependencies point one way:
 * protocol <- core <- advice, engines <- cli, extension. dependency-cruiser and not an ESLint plugin: it resolves `.ts` imports by
 * TypeScript's own rules, sees type-only imports, and checks both layers and cycles over the whole project in one pass.
 */

/**
 * Folder of src -> other folders of src that it may import, and whether it may import Node's modules, packages (all, or those named) and
 * vscode.
 */
const allowed = {
  // The decoders' validation library is the one package that the protocol may use.
  protocol: { folders: [], packages: ['valibot'] },
  core: { folders: ['protocol'], packages: true },
  advice: { folders: ['core', 'protocol'], packages: true },
  engines: { folders: ['core', 'protocol'], packages: true, node: true },
  agent: { folders: ['protocol'], packages: true, node: true },
  cli: { folders: ['engines', 'advice', 'core'], packages: true, node: true },
  extension: { folders: ['engines', 'advice', 'core', 'protocol'], packages: true, node: true, vscode: true },
  webview: { folders: ['core', 'protocol'], packages: true },
};

const rules = Object.entries(allowed).flatMap(([folder, { folders, packages, node, vscode }]) => {
  const from = { path: `^src/${folder}/` };
  const own = `^src/(${[folder, ...folders].join('|')})/`;
  const rule = (name, to) => ({ name: `${folder}-${name}`, severity: 'error', from, to });
  return [
    rule('imports-only-its-layers', { path: '^(src|test|scripts|bench|examples)/', pathNot: own }),
    ...(node ? [] : [rule('has-no-node', { dependencyTypes: ['core'] })]),
    ...(packages === true
      ? []
      : [rule('imports-only-its-packages', { path: '^node_modules/', pathNot: `^node_modules/(${packages.join('|')})/` })]),
    ...(vscode ? [] : [rule('has-no-vscode', { path: '^vscode$|^node_modules/@types/vscode/' })]),
  ];
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything-resolves', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    { name: 'sources-do-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|scripts|bench)/' } },
    {
      name: 'every-folder-has-rules',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(allowed).join('|')})/` },
      to: {},
    },
    ...rules,
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|\\.runtimes|\\.vscode-rig|examples)/|/fixtures/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
