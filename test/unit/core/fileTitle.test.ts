import assert from 'node:assert/strict';
import { fileTitle } from '../../../src/core/filePaths.ts';

describe('what a file is called', () => {
  it('is its name, whichever slashes its path has', () => {
    assert.equal(fileTitle('/project/load.py'), 'load.py');
    assert.equal(fileTitle('C:\\project\\load.py'), 'load.py');
    assert.equal(fileTitle('load.py'), 'load.py');
  });

  it('has the name of its folder where there are many of that name', () => {
    assert.equal(fileTitle('/project/tool/__init__.py'), 'tool/__init__.py');
    assert.equal(fileTitle('/project/tool/__main__.py'), 'tool/__main__.py');
    assert.equal(fileTitle('/project/lib/index.mjs'), 'lib/index.mjs');
    assert.equal(fileTitle('/project/lib/indexes.js'), 'indexes.js');
    assert.equal(fileTitle('/index.js'), 'index.js');
  });
});
