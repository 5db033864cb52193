// A large Markdown text rendered by a package (marked): the allocations happen in code that isn't the user's.
import { marked } from 'marked';
import { markdownText } from './markdownText.mjs';

const startedAt = performance.now();

const text = markdownText(700);
let checksum = 0;
for (let round = 0; round < 30; round++) {
  const html = marked.parse(text);
  for (let at = round; at < html.length; at += 97) checksum = (checksum * 31 + html.charCodeAt(at)) % 1_000_003;
}

console.log(`checksum ${checksum} ${text.length}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
