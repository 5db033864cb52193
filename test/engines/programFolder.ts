/** Folders with programs that tests write, and what stands in their profiles. */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export interface ProgramFolder {
  /** Real and absolute. */
  readonly path: string;
  /** Writes a file, its folders included, and gives its path. */
  write(name: string, text: string | Buffer): string;
  remove(): void;
}

/** A new folder of its own; the caller removes it. `name` may hold anything that a file system takes. */
export function createProgramFolder(name = 'programs'): ProgramFolder {
  const outer = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'engine-test-')));
  const folder = path.join(outer, name);
  fs.mkdirSync(folder);
  return {
    path: folder,
    write(file, text) {
      const target = path.join(folder, file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, text);
      return target;
    },
    remove: () => fs.rmSync(outer, { recursive: true, force: true }),
  };
}

/** Whether a process of this id is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // There is none.
  }
}

export function nextMs(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms));
}
