/**
 * The rig's face: a real VS Code (server and web workbench in headless Chromium). See ../README.md for the pitfalls.
 */
export { runExtensionTests } from './extensionTests.mjs';
export { startServer } from './server.mjs';
export { launchBrowser, openWorkbench, workbenchUrl } from './workbench.mjs';
