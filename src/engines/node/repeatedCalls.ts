/**
 * Functions that were called with the same arguments again and again, from what the agent saw of the arguments.
 */

import type { RepeatedCallReport } from '../../core/profile.ts';
import { areRepeated, compareRepeats } from '../repeatedCalls.ts';
import type { Recording } from './recording.ts';

/** The most often repeated first. */
export function readRepeatedCalls({ counts, files }: Recording): RepeatedCallReport[] {
  const looks = counts?.argumentLooks ?? [];
  const counted = new Map<number, Pick<RepeatedCallReport, 'checkedCallCount' | 'distinctArgumentsCount'>>();
  for (let at = 0; at + 2 < looks.length; at += 3) {
    const [counter = 0, checkedCallCount = 0, distinctArgumentsCount = 0] = looks.slice(at, at + 3);
    counted.set(counter, { checkedCallCount, distinctArgumentsCount });
  }
  const reports = files.flatMap(({ file: { path, functions } }) =>
    functions.flatMap(({ name, line, counter }): RepeatedCallReport[] => {
      const counts = counted.get(counter);
      if (counts === undefined || !areRepeated(counts)) return [];
      return [{ name: name === '' ? '(anonymous)' : name, at: { path: path.replaceAll('\\', '/'), line }, ...counts }];
    }),
  );
  return reports.sort(compareRepeats);
}
