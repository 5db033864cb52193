// Memory outside the JavaScript heap: Buffers and typed arrays.
//
// The line that makes the frames shows 64 MiB although the heap holds
// only small objects for them; the hover says what is outside the heap.
// `subarray` shares memory and costs next to nothing; `slice` of a typed
// array copies.

import { createHash } from 'node:crypto';

const frameBytes = 1024 * 1024;

function makeFrames(count) {
  const frames = [];
  for (let i = 0; i < count; i++) {
    frames.push(Buffer.alloc(frameBytes, i));
  }
  return frames;
}

const frames = makeFrames(64);
const headers = frames.map((frame) => frame.subarray(0, 16));

// 8,000,000 bytes, and a copy of one half: 4,000,000 more.
const samples = new Float64Array(1_000_000);
for (let i = 0; i < samples.length; i++) samples[i] = Math.sin(i / 100);
const half = samples.slice(0, 500_000);

const digest = createHash('sha256');
for (const frame of frames) digest.update(frame);
console.log(`${headers.length} frames: ${digest.digest('hex').slice(0, 12)}`);
globalThis.kept = { frames, headers, samples, half };
