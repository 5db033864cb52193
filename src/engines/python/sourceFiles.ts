/**
 * Reads the user's files once each, as early as they are known of: a program may change or delete them.
 */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { outlineFunctions, type OutlineFunction } from './sourceOutline.ts';

export interface SourceFile {
  readonly contentSha256: string;
  readonly text: string;
  readonly functions: readonly OutlineFunction[];
}

export type SourceFiles = (path: string) => SourceFile;

/** Of a file that was gone before it was read: equal to no file's. */
const unknownContent: SourceFile = { contentSha256: '0'.repeat(64), text: '', functions: [] };

/** @param path absolute */
export function createSourceFiles(): SourceFiles {
  const known = new Map<string, SourceFile>();
  return (path) => {
    const file = known.get(path) ?? readSource(path);
    known.set(path, file);
    return file;
  };
}

function readSource(path: string): SourceFile {
  try {
    const bytes = fs.readFileSync(path);
    const text = bytes.toString('utf8');
    return { contentSha256: createHash('sha256').update(bytes).digest('hex'), text, functions: outlineFunctions(text) };
  } catch {
    return unknownContent; // Gone, or made up by the program: its figures stand without their source.
  }
}
