import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programStatus } from '../../../src/cli/exitStatus.ts';
import { checkOutputFile } from '../../../src/cli/outputFile.ts';
import { lookOf } from '../../../src/cli/terminal.ts';
import { UserError } from '../../../src/core/userError.ts';
import { checkProgramFile } from '../../../src/engines/checkProgramFile.ts';

const terminal = { columns: 90 };
const pipe = undefined;

describe('the status of a program', () => {
  it('is its exit code, or 128 and its signal, as a shell has it', () => {
    assert.equal(programStatus({ code: 0, signal: null }), 0);
    assert.equal(programStatus({ code: 7, signal: null }), 7);
    assert.equal(programStatus({ code: null, signal: 'SIGINT' }), 130);
    assert.equal(programStatus({ code: null, signal: 'SIGKILL' }), 137);
    assert.equal(programStatus({ code: null, signal: 'SIGTERM' }), 143);
    assert.equal(programStatus({ code: null, signal: null }), undefined);
  });
});

describe('the look of the table', () => {
  it('is coloured and fits on a terminal, plain and uncut in a pipe', () => {
    assert.deepEqual(lookOf(terminal, {}), { widthColumns: 90, color: true });
    assert.deepEqual(lookOf(pipe, {}), { widthColumns: undefined, color: false });
  });

  it('follows NO_COLOR, FORCE_COLOR, TERM and COLUMNS', () => {
    assert.equal(lookOf(terminal, { NO_COLOR: '1' }).color, false);
    assert.equal(lookOf(terminal, { NO_COLOR: '' }).color, true);
    assert.equal(lookOf(terminal, { TERM: 'dumb' }).color, false);
    assert.equal(lookOf(pipe, { FORCE_COLOR: '1' }).color, true);
    assert.equal(lookOf(terminal, { FORCE_COLOR: '0' }).color, false);
    assert.equal(lookOf(pipe, { COLUMNS: '120' }).widthColumns, 120);
    assert.equal(lookOf(terminal, { COLUMNS: 'wide' }).widthColumns, 90);
  });
});

describe('a file that is to be profiled', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'memory lens #%ü '))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = async (file: string): Promise<string> => {
    const error: unknown = await checkProgramFile(file).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.ok(error.message.includes(file), error.message);
    return error.code;
  };

  it('is refused when it is missing, a folder, binary, or of 50 MB', async () => {
    const [binary, large, dangling] = ['binary.js', 'large.js', 'dangling.js'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(binary, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0]));
    writeFileSync(large, '// text\n');
    truncateSync(large, 50_000_000);
    symlinkSync(join(folder, 'nowhere'), dangling);
    assert.equal(await refusal(join(folder, 'missing.js')), 'fileMissing');
    assert.equal(await refusal(join(binary, 'inside.js')), 'fileMissing');
    assert.equal(await refusal(dangling), 'fileMissing');
    assert.equal(await refusal(folder), 'fileIsDirectory');
    assert.equal(await refusal(binary), 'fileIsBinary');
    assert.equal(await refusal(large), 'fileTooLarge');
  });

  it('is taken when it is text, an empty one included', async () => {
    const file = join(folder, 'ok.js');
    writeFileSync(file, '');
    await checkProgramFile(file);
    writeFileSync(file, '// zażółć\n');
    await checkProgramFile(file);
  });

  it('has its profile written only where something can be written', () => {
    const outputError = (error: unknown): boolean => error instanceof UserError && error.code === 'outputUnwritable';
    checkOutputFile('-');
    checkOutputFile(join(folder, 'new.json'));
    assert.throws(() => checkOutputFile(folder), outputError);
    assert.throws(() => checkOutputFile(join(folder, 'no', 'such.json')), outputError);
    assert.throws(() => checkOutputFile(join(folder, 'ok.js', 'such.json')), outputError);
  });
});
