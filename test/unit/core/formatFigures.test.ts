import assert from 'node:assert/strict';
import { formatBytes, formatCount, formatCounted, formatDuration, formatRatio } from '../../../src/core/formatFigures.ts';
import { parseByteSize } from '../../../src/core/parseByteSize.ts';
import { UserError } from '../../../src/core/userError.ts';

describe('formatBytes', () => {
  it('writes whole bytes below 1 KiB and one decimal above', () => {
    assert.equal(formatBytes(0), '0 B');
    assert.equal(formatBytes(1023), '1023 B');
    assert.equal(formatBytes(1024), '1.0 KiB');
    assert.equal(formatBytes(8_000_056), '7.6 MiB');
    assert.equal(formatBytes(160_000_056), '152.6 MiB');
    assert.equal(formatBytes(3 * 1024 ** 3), '3.0 GiB');
  });

  it('never writes 1024.0 of a unit', () => {
    assert.equal(formatBytes(1023.7), '1.0 KiB');
    assert.equal(formatBytes(1024 * 1024 - 1), '1.0 MiB');
    assert.equal(formatBytes(1024 * 1023.9), '1023.9 KiB');
  });

  it('writes signs where asked, and a minus always', () => {
    assert.equal(formatBytes(160_000_056, { sign: true }), '+152.6 MiB');
    assert.equal(formatBytes(-160_000_056, { sign: true }), '-152.6 MiB');
    assert.equal(formatBytes(-2048), '-2.0 KiB');
    assert.equal(formatBytes(0, { sign: true }), '0 B');
    assert.equal(formatBytes(-0.3, { sign: true }), '0 B');
  });
});

describe('durations, ratios and counts', () => {
  it('are written as a person would say them', () => {
    assert.deepEqual([0, 0.42, 9.96, 38.4, 999.6, 1450, 12_345, 59_960, 125_000, 3_780_000].map(formatDuration), [
      '0 ms', '0.4 ms', '10 ms', '38 ms', '1.00 s', '1.45 s', '12.3 s', '1 min 0 s', '2 min 5 s', '1 h 3 min',
    ]); // prettier-ignore
    assert.deepEqual([0, 0.0001, 0.042, 0.05, 0.84, 1, -0.5].map(formatRatio), ['0%', '<0.1%', '4.2%', '5%', '84%', '100%', '-50%']);
    assert.deepEqual([0, 999, 1000, 1_234_567, -1000].map(formatCount), ['0', '999', '1,000', '1,234,567', '-1,000']);
    assert.equal(formatCounted(1, 'call'), '1 call');
    assert.equal(formatCounted(2, 'entry', 'entries'), '2 entries');
  });
});

describe('parseByteSize', () => {
  it('reads the spellings people use, always in binary units', () => {
    const texts = ['65536', '512k', '512 KiB', '512KB', '64MiB', '1.5g', '10B', ' 2 m '];
    const bytes = [65536, 524288, 524288, 524288, 67108864, 1610612736, 10, 2097152];
    assert.deepEqual(
      texts.map((text) => parseByteSize(text, '--x')),
      bytes,
    );
  });

  it('refuses anything else and names the option', () => {
    for (const text of ['', 'abc', '-1', '1e3', '64 MiBs', 'NaN', 'k', '99999999999999999999']) {
      assert.throws(
        () => parseByteSize(text, '--fail-above'),
        (error) => error instanceof UserError && error.code === 'wrongCall' && error.message.startsWith('--fail-above '),
      );
    }
  });
});
