// The same text rendered by hand-written code: block parser, inline scanner, a tree, a renderer.
import { markdownText } from './markdownText.mjs';

const startedAt = performance.now();

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => escapes[character]);

function parseBlocks(source) {
  const lines = source.split('\n');
  const blocks = [];
  let at = 0;
  const takeWhile = (accepts) => {
    const taken = [];
    while (at < lines.length && accepts(lines[at])) taken.push(lines[at++]);
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at];
    if (line.trim() === '') {
      at++;
    } else if (line.startsWith('#')) {
      const level = line.indexOf(' ');
      blocks.push({ type: 'heading', level, content: parseInline(line.slice(level + 1)) });
      at++;
    } else if (line.startsWith('```')) {
      at++;
      blocks.push({ type: 'code', language: line.slice(3), text: takeWhile((candidate) => candidate !== '```').join('\n') });
      at++;
    } else if (line.startsWith('- ')) {
      blocks.push({ type: 'list', items: takeWhile((candidate) => candidate.startsWith('- ')).map((item) => parseInline(item.slice(2))) });
    } else if (line.startsWith('> ')) {
      blocks.push({
        type: 'quote',
        blocks: parseBlocks(
          takeWhile((candidate) => candidate.startsWith('> '))
            .map((quoted) => quoted.slice(2))
            .join('\n'),
        ),
      });
    } else if (line.startsWith('|')) {
      const rows = takeWhile((candidate) => candidate.startsWith('|')).map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => parseInline(cell.trim())),
      );
      blocks.push({ type: 'table', head: rows[0], rows: rows.slice(2) });
    } else {
      blocks.push({ type: 'paragraph', content: parseInline(takeWhile((candidate) => candidate.trim() !== '').join('\n')) });
    }
  }
  return blocks;
}

function parseInline(text) {
  const nodes = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') nodes.push({ type: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length;) {
    const delimiter = text.startsWith('**', at) ? '**' : text[at];
    if (delimiter === '**' || delimiter === '*' || delimiter === '`') {
      const end = text.indexOf(delimiter, at + delimiter.length);
      if (end > at) {
        flush();
        const inner = text.slice(at + delimiter.length, end);
        nodes.push(
          delimiter === '`' ? { type: 'code', text: inner } : { type: delimiter === '*' ? 'em' : 'strong', content: parseInline(inner) },
        );
        at = end + delimiter.length;
        continue;
      }
    } else if (delimiter === '[') {
      const middle = text.indexOf('](', at);
      const end = text.indexOf(')', middle);
      if (middle > at && end > middle) {
        flush();
        nodes.push({ type: 'link', href: text.slice(middle + 2, end), content: parseInline(text.slice(at + 1, middle)) });
        at = end + 1;
        continue;
      }
    }
    plain += text[at++];
  }
  flush();
  return nodes;
}

function renderInline(nodes) {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
          return escapeHtml(node.text);
        case 'code':
          return `<code>${escapeHtml(node.text)}</code>`;
        case 'link':
          return `<a href="${escapeHtml(node.href)}">${renderInline(node.content)}</a>`;
        default:
          return `<${node.type}>${renderInline(node.content)}</${node.type}>`;
      }
    })
    .join('');
}

function render(blocks) {
  let html = '';
  for (const block of blocks) {
    switch (block.type) {
      case 'heading':
        html += `<h${block.level}>${renderInline(block.content)}</h${block.level}>\n`;
        break;
      case 'code':
        html += `<pre><code class="language-${block.language}">${escapeHtml(block.text)}</code></pre>\n`;
        break;
      case 'list':
        html += `<ul>\n${block.items.map((item) => `<li>${renderInline(item)}</li>\n`).join('')}</ul>\n`;
        break;
      case 'quote':
        html += `<blockquote>\n${render(block.blocks)}</blockquote>\n`;
        break;
      case 'table':
        html += `<table>${[block.head, ...block.rows].map((row) => `<tr>${row.map((cell) => `<td>${renderInline(cell)}</td>`).join('')}</tr>`).join('\n')}</table>\n`;
        break;
      default:
        html += `<p>${renderInline(block.content)}</p>\n`;
    }
  }
  return html;
}

const text = markdownText(700);
let checksum = 0;
for (let round = 0; round < 32; round++) {
  const html = render(parseBlocks(text));
  for (let at = round; at < html.length; at += 97) checksum = (checksum * 31 + html.charCodeAt(at)) % 1_000_003;
}

console.log(`checksum ${checksum} ${text.length}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
