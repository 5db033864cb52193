// A large Markdown text, the same every time; what the two Markdown programs render.
const words = 'memory line heap value object array string function closure cache map listener timer buffer stream result'.split(' ');

export function markdownText(sectionCount) {
  let state = 7;
  const random = (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  const phrase = (count) => Array.from({ length: count }, () => words[random(words.length)]).join(' ');
  const marked = () => {
    const text = phrase(2);
    return [`**${text}**`, `*${text}*`, `\`${text}\``, `[${text}](https://example.org/${random(1000)})`][random(4)];
  };
  const sections = [];
  for (let section = 0; section < sectionCount; section++) {
    sections.push(`${'#'.repeat(1 + random(4))} ${phrase(4)}`);
    for (let paragraph = 0; paragraph < 3; paragraph++)
      sections.push(`${phrase(20)} ${marked()} ${phrase(15)}\n${phrase(10)} ${marked()}.`);
    sections.push(Array.from({ length: 4 }, () => `- ${phrase(6)} ${marked()}`).join('\n'));
    sections.push(`> ${phrase(12)}\n> ${phrase(9)}`);
    sections.push(`\`\`\`js\nconst ${phrase(1)} = [${random(100)}, ${random(100)}];\nif (a < b && c) { ${phrase(1)}(); }\n\`\`\``);
    if (section % 5 === 0) sections.push(`| a | b |\n|---|---|\n| ${phrase(2)} | ${phrase(2)} |\n| ${phrase(1)} | ${phrase(3)} |`);
  }
  return sections.join('\n\n');
}
