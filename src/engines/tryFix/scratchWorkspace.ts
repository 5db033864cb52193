/**
 * A scratch copy of a workspace to run a program in, so that the person's files are neither changed nor written to.
 *
 * The whole workspace is copied and not the one file beside the original, so that every import, whether of the edited file or by it,
 * stays within the copy and relative paths lead to copies as well. Real copies, for Node runs a symbolic link by where it leads: only what
 * no program imports the edited file through is linked (node_modules, virtual environments, hidden folders), and what is too large to
 * copy. The folders above the workspace stand around it with their entries linked, for programs look upwards (../lib, package.json,
 * node_modules). Each run starts from a fresh copy at the same path, so that what one writes does not show in the next, and paths in the
 * output are the same.
 */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { errorCode } from '../../core/errorCode.ts';
import { isInFolder } from '../pathsOnDisk.ts';

export interface ScratchWorkspace {
  /** Where a path of the workspace, or of a folder above it, lies in the copy; any other path stays as it is. Real paths. */
  pathInCopy(original: string): string;
  /** Makes the copy anew. @returns whether all of the workspace that is not linked anyway was copied */
  refresh(signal: AbortSignal): Promise<boolean>;
  /** Removes the copy from the disk. */
  remove(): Promise<void>;
}

const namePrefix = 'memory-lens-try-';
/** Holds the id of the process that owns a scratch folder. */
const ownerFile = 'owner';
const maxEntryCount = 5000;
const maxCopiedBytes = 128 * 1024 * 1024;
/** A larger file is data, not source, and read more often than written. */
const maxFileBytes = 16 * 1024 * 1024;
/** A folder above the workspace with more is a collection of unrelated things. */
const maxNeighbourCount = 500;

/**
 * A scratch copy that is still empty, in a folder that only the user can enter.
 * @param workspaceFolder real path
 * @param copied files and folders of the workspace that are copied in any case, whatever their size and name; real paths
 */
export async function createScratchWorkspace(workspaceFolder: string, copied: readonly string[]): Promise<ScratchWorkspace> {
  const folder = await fs.promises.realpath(await fs.promises.mkdtemp(path.join(os.tmpdir(), namePrefix)));
  await fs.promises.writeFile(path.join(folder, ownerFile), String(process.pid));
  const { root } = path.parse(workspaceFolder);
  const top = path.join(folder, 'copy');
  const copyOf = (original: string): string => path.join(top, path.relative(root, original));
  return {
    pathInCopy(original) {
      const isNear = isInFolder(original, workspaceFolder) || isInFolder(workspaceFolder, original);
      return isNear && path.parse(original).root === root ? copyOf(original) : original;
    },
    async refresh(signal) {
      await removeFolder(top);
      await linkNeighbours(workspaceFolder, copyOf);
      return await new WorkspaceCopy({ workspaceFolder, copied, scratchFolder: folder, copyOf, signal }).copy();
    },
    remove: () => removeFolder(folder),
  };
}

/** Removes the scratch folders of processes that have ended without doing so. Never rejects. */
export async function removeStaleScratch(): Promise<void> {
  const names = await fs.promises.readdir(os.tmpdir()).catch(() => []); // No temporary folder: nothing to remove.
  for (const name of names.filter((candidate) => candidate.startsWith(namePrefix))) {
    const folder = path.join(os.tmpdir(), name);
    const owner = Number(await fs.promises.readFile(path.join(folder, ownerFile), 'utf8').catch(() => '')); // Someone else's, or just made.
    if (owner > 0 && !isRunning(owner)) await removeFolder(folder).catch(() => undefined); // Not ours to remove: it stays.
  }
}

interface CopyParts {
  readonly workspaceFolder: string;
  readonly copied: readonly string[];
  /** May lie in the workspace, where this is the temporary folder, and holds the copy itself. */
  readonly scratchFolder: string;
  readonly copyOf: (original: string) => string;
  readonly signal: AbortSignal;
}

/** One copying of a workspace. */
class WorkspaceCopy {
  private readonly parts: CopyParts;
  private entryCount = 0;
  private copiedBytes = 0;
  private isWhole = true;

  constructor(parts: CopyParts) {
    this.parts = parts;
  }

  /** Breadth first, so that where there is too much, what lies deep is linked. @returns whether nothing was too much */
  async copy(): Promise<boolean> {
    const { workspaceFolder, scratchFolder, copyOf, signal } = this.parts;
    const folders = [workspaceFolder];
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      signal.throwIfAborted();
      await fs.promises.mkdir(copyOf(folder), { recursive: true });
      for (const entry of await entriesOf(folder)) {
        const original = path.join(folder, entry.name);
        if (original === scratchFolder) continue;
        if (entry.isDirectory()) {
          if (this.isCopied(original, entry.name)) folders.push(original);
          else if (entry.name !== '__pycache__') await link(original, copyOf(original), true);
        } else if (entry.isFile()) await this.copyFile(original);
        else if (entry.isSymbolicLink()) await this.relink(original);
      }
    }
    return this.isWhole;
  }

  private isCopied(folder: string, name: string): boolean {
    if (this.mustCopy(folder)) return true;
    if (name === 'node_modules' || name === '__pycache__' || name.startsWith('.')) return false;
    if (fs.existsSync(path.join(folder, 'pyvenv.cfg'))) return false;
    if (this.entryCount >= maxEntryCount) this.isWhole = false;
    return this.entryCount < maxEntryCount;
  }

  private async copyFile(original: string): Promise<void> {
    const copy = this.parts.copyOf(original);
    const size = (await fs.promises.stat(original).catch(() => undefined))?.size; // Gone meanwhile: it is in no copy.
    if (size === undefined) return;
    this.entryCount++;
    const isTooMuch = this.entryCount > maxEntryCount || this.copiedBytes + size > maxCopiedBytes;
    if (!this.mustCopy(original) && (isTooMuch || size > maxFileBytes)) {
      if (isTooMuch) this.isWhole = false;
      await link(original, copy, false);
      return;
    }
    this.copiedBytes += size;
    await fs.promises.copyFile(original, copy, fs.constants.COPYFILE_FICLONE).catch((error: unknown) => {
      // Not the person's to read, so not the program's either; or gone meanwhile.
      const code = errorCode(error);
      if (code !== 'EACCES' && code !== 'ENOENT') throw error;
    });
  }

  private mustCopy(original: string): boolean {
    return this.parts.copied.some((each) => isInFolder(each, original));
  }

  /** A link leads to where it led, but within the workspace to the copy: what is written through it is not the person's. */
  private async relink(original: string): Promise<void> {
    const { workspaceFolder, copyOf } = this.parts;
    const text = await fs.promises.readlink(original).catch(() => undefined); // Gone meanwhile.
    if (text === undefined) return;
    const named = path.resolve(path.dirname(original), text);
    const target = await fs.promises.realpath(named).catch(() => named); // A link that leads nowhere is kept as one.
    const stats = await fs.promises.stat(target).catch(() => undefined);
    // On Windows a link to a file has to be made of one that is there, as its copy may not be yet.
    const hasCopy = isInFolder(target, workspaceFolder) && (process.platform !== 'win32' || stats?.isDirectory() === true);
    await link(hasCopy ? copyOf(target) : target, copyOf(original), stats?.isDirectory() === true);
  }
}

/** Links what stands beside the workspace, and beside each folder above it but the topmost one. */
async function linkNeighbours(workspaceFolder: string, copyOf: (original: string) => string): Promise<void> {
  await fs.promises.mkdir(copyOf(workspaceFolder), { recursive: true });
  for (let below = workspaceFolder, folder = path.dirname(below); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const entries = await entriesOf(folder);
    const shown =
      entries.length <= maxNeighbourCount ? entries : entries.filter(({ name }) => /^node_modules$|\.(?:json|toml)$/.test(name));
    for (const entry of shown) {
      const original = path.join(folder, entry.name);
      // What can't be linked stays out of reach: whether the program misses it shows in how it ends.
      if (original !== below) await link(original, copyOf(original), entry.isDirectory()).catch(() => undefined);
    }
    below = folder;
  }
}

async function entriesOf(folder: string): Promise<readonly fs.Dirent[]> {
  // Not to be listed: the program may still know what it looks for, and is told so by the system.
  return await fs.promises.readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** On Windows a link to a folder is a junction, which needs no privilege; a symbolic one to a file does, so there it is a hard one. */
async function link(target: string, place: string, isFolder: boolean): Promise<void> {
  if (process.platform === 'win32' && !isFolder) await fs.promises.link(target, place);
  else await fs.promises.symlink(target, place, isFolder ? 'junction' : 'file');
}

async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async (error: unknown) => {
    const code = errorCode(error);
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    // The program made folders that nothing may be taken out of.
    await openFolders(folder);
    await remove();
  });
}

async function openFolders(folder: string): Promise<void> {
  await fs.promises.chmod(folder, 0o700);
  for (const entry of await entriesOf(folder)) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
