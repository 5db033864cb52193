/**
 * What was found, as sections for a terminal, below the annotated source: why memory is still held, and what to do about it.
 */

import { formatCollectionsOfKind, groupCollections } from './collectionsByKind.ts';
import { displayPath } from './displayPath.ts';
import { buildFindings, type Finding, type FindingGroup } from './findings.ts';
import { formatBytes, formatCounted } from './formatFigures.ts';
import type { MemoryProfile } from './profile.ts';
import { printableLine, wrapToColumns, type Paint } from './terminalText.ts';

export interface FindingSectionsOptions {
  /** Findings of fewer bytes are left out; those without a weight stay. */
  readonly minBytes?: number;
  /** What the person wants to hear nothing of. */
  readonly isSuppressed?: (finding: Finding) => boolean;
  readonly widthColumns: number;
  readonly paint: Paint;
}

/** More of one section are counted, not shown: they are in the JSON. */
const shownCount = 10;
const indent = '  ';
const detailIndent = indent.repeat(2);

/** A block of text for each section that has something to say, without a line end at its end. */
export function formatFindingSections(profile: MemoryProfile, options: FindingSectionsOptions): readonly string[] {
  return buildFindings(profile).flatMap((group) => {
    const section = formatSection(group, profile, options);
    return section === undefined ? [] : [section];
  });
}

function formatSection(
  { kind, title, findings }: FindingGroup,
  profile: MemoryProfile,
  options: FindingSectionsOptions,
): string | undefined {
  const { minBytes = 0, isSuppressed, paint } = options;
  const loud = findings.filter(
    (finding) => (finding.weightBytes === undefined || finding.weightBytes >= minBytes) && isSuppressed?.(finding) !== true,
  );
  if (loud.length === 0) return undefined;
  const collections = kind === 'collector' ? groupCollections(profile.collections) : [];
  return [
    paint('bold', title),
    ...loud.slice(0, shownCount).flatMap((finding) => formatFinding(finding, profile, options)),
    ...collections.flatMap((group) => indented(formatCollectionsOfKind(group, profile.durationMs), indent, options)),
    ...(loud.length > shownCount ? [paint('dim', `${indent}and ${formatCounted(loud.length - shownCount, 'other')}`)] : []),
  ].join('\n');
}

function formatFinding(finding: Finding, profile: MemoryProfile, options: FindingSectionsOptions): readonly string[] {
  const { at, title, weightBytes, details, kind, page } = finding;
  const place = at === undefined ? '' : `${displayPath(at.path, profile)}:${at.line}  `;
  // A suspect has no other name than its place.
  const name = kind === 'leakSuspect' ? '' : `${printableLine(title)}  `;
  const weight = weightBytes === undefined ? '' : formatBytes(weightBytes);
  const [first = '', ...rest] = indented(`${place}${name}${weight}`.trimEnd(), indent, options, detailIndent);
  const texts = [...inOneLine(details), ...(kind === 'advice' ? [`Explained in docs/${page}.md`] : [])];
  return [
    options.paint('cyan', first),
    ...rest,
    ...texts.flatMap((text) => indented(printableLine(text), detailIndent, options).map((line) => options.paint('dim', line))),
  ];
}

/** The steps of a path, which are details of their own in a tree, one after the other. */
function inOneLine(details: Finding['details']): readonly string[] {
  const texts: string[] = [];
  for (const { text } of details) {
    const before = text.startsWith('→ ') ? texts.pop() : undefined;
    texts.push(before === undefined ? text : `${before} ${text}`);
  }
  return texts;
}

/** The text in lines of the terminal's width, each behind spaces. */
function indented(text: string, first: string, { widthColumns }: FindingSectionsOptions, others = first): readonly string[] {
  return wrapToColumns(text, widthColumns - others.length).map((line, index) => (index === 0 ? first : others) + line);
}
