/**
 * Follows a running program: reads the header of the recorder's tables and the process's resident memory again and again, for the timeline
 * and the moment of the peak, and all tables when a profile is wanted.
 */

import { openTablesFile, type Tables, type TablesFile, type TablesHeader } from './tablesFile.ts';
import { createLiveCourse, type LiveCourse } from './liveCourse.ts';
import { elapsedMs, type PythonRecording } from './recording.ts';
import { createResidentMemoryReader, type ResidentMemoryReader } from './residentMemory.ts';

export interface LiveReader {
  /** One look; cheap enough for a timer of some milliseconds. */
  look(): void;
  /** All figures so far; undefined where the native recorder has not begun or does not work. */
  readTables(): Tables | undefined;
  /** The last look at a program that has ended. */
  finish(): Tables | undefined;
  /** What was alive over the run, so far. */
  readonly course: LiveCourse;
  close(): void;
}

const recordingState = 1;
const endedState = 2;

/** @param tablesPath where the recorder makes its file, sooner or later. */
export function createLiveReader(recording: PythonRecording, tablesPath: string): LiveReader {
  let file: TablesFile | undefined;
  let resident: ResidentMemoryReader | undefined;
  const course = createLiveCourse();

  function readHeader(): TablesHeader | undefined {
    file ??= openTablesFile(tablesPath);
    const header = file?.readHeader();
    return header === undefined || header.state < recordingState ? undefined : header;
  }

  function readResident(): number {
    if (recording.hello === undefined) return 0;
    resident ??= createResidentMemoryReader(recording.hello.pid);
    const memory = resident();
    recording.peakRssBytes = Math.max(recording.peakRssBytes, memory?.peakRssBytes ?? 0);
    return memory?.rssBytes ?? recording.timeline.last?.rssBytes ?? 0;
  }

  function addPoint(header: TablesHeader, atMs: number, rssBytes: number): void {
    const { timeline } = recording;
    const { liveBytes, liveExternalBytes, peakBytes } = header;
    timeline.seePeak(peakBytes, atMs);
    timeline.add({
      atMs,
      heapUsedBytes: Math.max(0, Math.round(liveBytes - liveExternalBytes)),
      externalBytes: Math.max(0, Math.round(liveExternalBytes)),
      rssBytes,
    });
  }

  return {
    look() {
      if (recording.start === undefined || recording.end !== undefined) return;
      const header = readHeader();
      // What is looked at when the program has ended takes memory of its own.
      if (header?.state === endedState) return;
      const rssBytes = readResident();
      if (header === undefined) return;
      const atMs = elapsedMs(recording);
      addPoint(header, atMs, rssBytes);
      course.look(atMs, () => file?.readLiveBytes());
    },
    readTables: () => (readHeader() === undefined ? undefined : file?.readTables()),
    finish() {
      const header = readHeader();
      if (header === undefined || recording.start === undefined) return undefined;
      addPoint(header, recording.end?.atMs ?? elapsedMs(recording), recording.timeline.last?.rssBytes ?? 0);
      return file?.readTables();
    },
    course,
    close: () => file?.close(),
  };
}
