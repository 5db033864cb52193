/** Babel's plugins ship no types; each is handed to Babel as it is. */

declare module '@babel/plugin-proposal-decorators' {
  import type { PluginTarget } from '@babel/core';
  const plugin: PluginTarget;
  export default plugin;
}
declare module '@babel/plugin-transform-explicit-resource-management' {
  import type { PluginTarget } from '@babel/core';
  const plugin: PluginTarget;
  export default plugin;
}
declare module '@babel/plugin-transform-modules-commonjs' {
  import type { PluginTarget } from '@babel/core';
  const plugin: PluginTarget;
  export default plugin;
}
declare module '@babel/plugin-transform-react-jsx' {
  import type { PluginTarget } from '@babel/core';
  const plugin: PluginTarget;
  export default plugin;
}
declare module '@babel/plugin-transform-react-jsx/lib/development.js' {
  import type { PluginTarget } from '@babel/core';
  const plugin: PluginTarget;
  export default plugin;
}
declare module '@babel/plugin-transform-typescript' {
  import type { PluginTarget } from '@babel/core';
  const plugin: PluginTarget;
  export default plugin;
}
declare module '@babel/helper-create-class-features-plugin' {
  import type { NodePath, Visitor, types as t } from '@babel/core';
  import type { Scope } from '@babel/traverse';
  interface ClassFeatures {
    /** Puts `nodes` at the start of the constructor, or after its super calls; makes the constructor where there is none. */
    injectInitialization(
      path: NodePath<t.Class>,
      constructor: NodePath<t.ClassMethod> | undefined,
      nodes: t.Statement[],
      renamer?: (visitor: Visitor<{ scope: Scope }>, state: { scope: Scope }) => void,
    ): void;
  }
  const classFeatures: ClassFeatures;
  export default classFeatures;
}
