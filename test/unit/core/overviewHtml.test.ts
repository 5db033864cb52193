/**
 * The overview page's document and its content policy.
 */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { overviewHtml } from '../../../src/core/overviewHtml.ts';

const page = {
  nonce: 'abc123',
  cspSource: 'https://*.vscode-cdn.net',
  scriptUri: 'https://x/webview.js',
  styleUri: 'https://x/webview.css',
};

describe('overviewHtml', () => {
  it('denies everything but its own style and the script with the nonce', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(overviewHtml(page))?.[1] ?? '';
    const directives = new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]));
    assert.equal(directives.get('default-src'), `'none'`);
    assert.equal(directives.get('script-src'), `'nonce-abc123'`);
    assert.equal(directives.get('style-src'), 'https://*.vscode-cdn.net');
    assert.ok(!policy.includes('unsafe'));
  });

  it('has no inline script, style or handler', () => {
    const html = overviewHtml(page);
    assert.deepEqual(html.match(/<script[^>]*>[^<]+/g), null);
    assert.deepEqual(html.match(/<style|\sstyle=|\son[a-z]+=/g), null);
  });

  it('keeps a path with quotes and brackets inside its attribute', () => {
    const html = overviewHtml({ ...page, styleUri: 'https://x/"><script>alert(1)</script>&.css' });
    assert.ok(html.includes('href="https://x/&quot;>&lt;script>alert(1)&lt;/script>&amp;.css"'));
  });
});
