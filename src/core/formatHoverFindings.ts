/**
 * What was found at a line, as Markdown for its hover: why its memory is still held, and what to do about it, with links.
 */

import { escapeMarkdown } from './escapeMarkdown.ts';
import { placeText } from './filePaths.ts';
import type { Finding, FindingDetail, FindingKind } from './findings.ts';
import { formatBytes, formatDuration } from './formatFigures.ts';
import { formatSparkline } from './formatSparkline.ts';
import type { Advice, LeakSuspect, SourceRef } from './profile.ts';

/** Where the hover's links lead: URIs of the editor's commands. */
export interface HoverLinks {
  readonly openPlace: (place: SourceRef) => string;
  readonly explain: (page: string) => string;
  /** Undefined: the fix can't be applied now. */
  readonly applyFix: (advice: Advice) => string | undefined;
  readonly tryFix: (advice: Advice) => string | undefined;
}

/** So many findings of one line are shown; the Findings view has them all. */
const shownCount = 6;

/** A paragraph for each finding, what matters most first; empty when there is none. */
export function formatHoverFindings(findings: readonly Finding[], suspects: readonly LeakSuspect[], links: HoverLinks): readonly string[] {
  const shown = findings.slice(0, shownCount).map((finding) => formatFinding(finding, suspects, links));
  const others = findings.length - shown.length;
  return others > 0 ? [...shown, `*and ${others} more in the Findings view*`] : shown;
}

function formatFinding(finding: Finding, suspects: readonly LeakSuspect[], links: HoverLinks): string {
  const { kind, at, page, advice, details } = finding;
  const steps = details.filter(({ isHolder }) => isHolder).map((step) => stepText(step, links));
  const evidence = details.filter(({ isHolder, isFix }) => !isHolder && !isFix).map(({ text }) => escapeMarkdown(text));
  const suspect = kind === 'leakSuspect' ? suspects.find((each) => each.at.path === at?.path && each.at.line === at.line) : undefined;
  const actions = [
    { label: 'Explain', uri: links.explain(page) },
    { label: 'Apply fix', uri: advice && links.applyFix(advice) },
    { label: 'Try fix first', uri: advice && links.tryFix(advice) },
  ].flatMap(({ label, uri }) => (uri === undefined ? [] : [`[${label}](${uri})`]));
  return [
    headOf(finding),
    ...(evidence.length > 0 ? [evidence.join(kind === 'advice' ? ' · ' : ' ')] : []),
    ...(suspect?.series ? [seriesText(suspect.series)] : []),
    ...(steps.length > 0 ? [steps.join(' ')] : []),
    actions.join(' · '),
  ].join('  \n');
}

function headOf({ kind, title, weightBytes }: Finding): string {
  const bytes = weightBytes === undefined ? '' : formatBytes(weightBytes);
  const name = escapeMarkdown(title);
  switch (kind) {
    case 'leakSuspect':
      return `**Leak suspect** · ${bytes} live`;
    case 'advice':
      return `**Advice** · ${name}`;
    case 'holder':
      return `**Still held** · ${name}, ${bytes}`;
    default:
      return `**${kindNames[kind]}** · ${name}${bytes === '' ? '' : `, ${bytes}`}`;
  }
}

const kindNames: Readonly<Record<Exclude<FindingKind, 'leakSuspect' | 'advice' | 'holder'>, string>> = {
  cache: 'Cache',
  global: 'Global',
  cycle: 'Reference cycle',
  collector: 'Collector',
};

function stepText({ text, at }: FindingDetail, links: HoverLinks): string {
  return at === undefined
    ? escapeMarkdown(text)
    : `[${escapeMarkdown(text)}](${links.openPlace(at)} "${placeText(at).replaceAll('"', '')}")`;
}

function seriesText(series: NonNullable<LeakSuspect['series']>): string {
  const { atMs, liveBytes } = series;
  const line = formatSparkline(series);
  const [from, to] = [atMs[0], atMs.at(-1)];
  if (line === '' || from === undefined || to === undefined) return 'Its live bytes over the run are not known.';
  return `\`${line}\` live from ${formatDuration(from)} to ${formatDuration(to)} after the start, at most ${formatBytes(Math.max(...liveBytes))}`;
}
