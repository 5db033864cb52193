/**
 * What the page weighs.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';

describe('The built overview page', () => {
  it('weighs less than 120 KB zipped, style sheet included', () => {
    const zippedBytes = ['webview.js', 'webview.css']
      .map((name) => gzipSync(readFileSync(new URL(`../../dist/${name}`, import.meta.url))).length)
      .reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(zippedBytes > 1000 && zippedBytes < 120_000, `${zippedBytes} bytes`);
  });
});
