/**
 * Reads a profile that came from outside: a saved file, another version, a tool. What passes is a MemoryProfile in every respect that
 * views rely on; what does not is refused with what is wrong and where.
 */

import { Validator } from '@cfworker/json-schema';
import schema from './profileSchema.json' with { type: 'json' };
import { profileFormat, profileVersion, type MemoryProfile, type SourceEdit } from './profile.ts';
import { UserError } from './userError.ts';

/**
 * Reads the text of a saved profile.
 * @param name what to call it in errors: the file's path.
 * @throws UserError `profileUnreadable`.
 */
export function parseProfile(text: string, name: string): MemoryProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(name, text.trim() === '' ? 'it is empty' : whyNotJson(text, error));
  }
  return decodeProfile(value, name);
}

/**
 * Takes any value as a profile: checks it against the schema that is generated from the types, then what a schema can't say (numbers
 * are finite, the timeline's arrays have one length, lines ascend, references point inside).
 * @param name what to call it in errors.
 * @throws UserError `profileUnreadable`.
 */
export function decodeProfile(value: unknown, name = 'The profile'): MemoryProfile {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== profileFormat) {
    throw unreadable(name, `it is no Memory Lens profile (its "format" is not "${profileFormat}")`);
  }
  if (!('version' in value) || value.version !== profileVersion) {
    const version = 'version' in value ? JSON.stringify(value.version) : 'missing';
    throw unreadable(name, `its version is ${version}, and this Memory Lens reads version ${profileVersion}: update it, or profile again`);
  }
  const notFinite = findNotFinite(value, '');
  if (notFinite !== undefined) throw unreadable(name, `${notFinite} is not a finite number`);
  const result = new Validator(schema as object, '7').validate(value);
  const problem = result.errors.at(-1);
  if (!result.valid && problem)
    throw unreadable(name, `${wherePointerLeads(problem.instanceLocation)}: ${problem.error.replace(/\.+$/, '')}`);

  const profile = value as MemoryProfile;
  const inconsistency = findInconsistency(profile);
  if (inconsistency !== undefined) throw unreadable(name, inconsistency);
  return profile;
}

function unreadable(name: string, why: string): UserError {
  return new UserError('profileUnreadable', `${name} can't be read as a profile: ${why}.`);
}

function whyNotJson(text: string, error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  // V8 says 'Unexpected end of JSON input', 'Unterminated string in JSON at position N' or names the text's last position.
  const position = / at position (\d+)/.exec(detail)?.[1];
  const cutOff = /end of JSON|Unterminated/.test(detail) || (position !== undefined && Number(position) >= text.trimEnd().length);
  return cutOff ? `it is cut off after ${text.length} characters (${detail})` : `it is not JSON (${detail})`;
}

/** NaN and infinities can't stand in JSON, but a value that never was JSON may hold them, and no schema keyword sees NaN. */
function findNotFinite(value: unknown, at: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : at;
  if (typeof value !== 'object' || value === null) return undefined;
  const isArray = Array.isArray(value);
  for (const [key, child] of Object.entries(value)) {
    const found = findNotFinite(child, isArray ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `#/files/0/lines/3/line` as `files[0].lines[3].line`. */
function wherePointerLeads(pointer: string): string {
  const steps = pointer.replace(/^#\/?/, '').split('/').filter(Boolean);
  if (steps.length === 0) return 'at its top';
  return steps.map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

function findInconsistency(profile: MemoryProfile): string | undefined {
  const { timeline, files, callTree, leakSuspects = [], advice = [] } = profile;
  const lengths = [timeline.atMs, timeline.heapUsedBytes, timeline.externalBytes, timeline.rssBytes].map((series) => series.length);
  if (new Set(lengths).size > 1) return `the timeline's arrays differ in length (${lengths.join(', ')})`;
  const falls = timeline.atMs.findIndex((atMs, index) => index > 0 && atMs < (timeline.atMs[index - 1] ?? 0));
  if (falls >= 0) return `timeline.atMs[${falls}] is earlier than the one before it`;
  for (const [fileIndex, file] of files.entries()) {
    const unordered = file.lines.findIndex((line, index) => index > 0 && line.line <= (file.lines[index - 1]?.line ?? 0));
    if (unordered >= 0) return `files[${fileIndex}].lines[${unordered}] does not come after the line before it`;
  }
  const ragged = leakSuspects.findIndex(({ series }) => series !== undefined && series.atMs.length !== series.liveBytes.length);
  if (ragged >= 0) return `the arrays of leakSuspects[${ragged}].series differ in length`;
  const backwards = advice.findIndex(({ fix }) => fix?.edits.some(endsBeforeItStarts) === true);
  if (backwards >= 0) return `an edit of advice[${backwards}].fix ends before it starts`;
  if (callTree) {
    const frameCount = callTree.frames.length;
    const wrongFrame = callTree.nodes.findIndex((node) => node.frame >= frameCount);
    if (wrongFrame >= 0) return `callTree.nodes[${wrongFrame}].frame points outside callTree.frames`;
    const wrongParent = callTree.nodes.findIndex((node, index) => node.parent >= index);
    if (wrongParent >= 0) return `callTree.nodes[${wrongParent}].parent does not stand before it`;
  }
  return undefined;
}

function endsBeforeItStarts({ line, column, endLine, endColumn }: SourceEdit): boolean {
  return endLine < line || (endLine === line && endColumn < column);
}
