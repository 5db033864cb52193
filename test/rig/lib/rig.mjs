/**
 * The rig's face for tests that drive the window: a real VS Code (server and web workbench in headless Chromium). See ../README.md for the pitfalls.
 */
export { startServer } from './server.mjs';
export { launchBrowser, openWorkbench, workbenchUrl } from './workbench.mjs';
