/** Python packages from Debian, unpacked into a folder of ours; nothing is installed. */

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inProject } from '../../scripts/paths.mjs';

/**
 * Gives the folder with the packages' modules.
 * @param names of Debian's packages, without `python3-`
 * @throws Error where they can't be had: no Debian, no network
 */
export function ensurePythonPackages(names: readonly string[]): string {
  const folder = inProject('.runtimes', 'debian-python-packages');
  const list = path.join(folder, 'packages.txt');
  const wanted = names.join('\n');
  if (!fs.existsSync(list) || fs.readFileSync(list, 'utf8') !== wanted) {
    const partial = inProject('.runtimes', `partial-debian-python-packages-${process.pid}`);
    try {
      fetchPackages(names, partial);
      fs.writeFileSync(path.join(partial, 'packages.txt'), wanted);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(partial, folder);
    } finally {
      fs.rmSync(partial, { recursive: true, force: true });
    }
  }
  return path.join(folder, 'usr/lib/python3/dist-packages');
}

function fetchPackages(names: readonly string[], folder: string): void {
  const archives = path.join(folder, 'archives');
  fs.mkdirSync(archives, { recursive: true });
  // As root, apt would fetch as a user who may not write here.
  const command = ['-qq', '-o', 'APT::Sandbox::User=root', 'download', ...names.map((name) => `python3-${name}`)];
  const apt = (args: readonly string[]): void =>
    void execFileSync('apt-get', args, { cwd: archives, stdio: ['ignore', 'ignore', 'pipe'], timeout: 240_000 });
  try {
    apt(command);
  } catch (error) {
    if (process.getuid?.() !== 0) throw error;
    // The lists of a fresh machine are empty, those of an old one name packages that are gone.
    apt(['-qq', 'update']);
    apt(command);
  }
  for (const archive of fs.readdirSync(archives)) {
    execFileSync('dpkg-deb', ['--extract', path.join(archives, archive), folder]);
  }
  fs.rmSync(archives, { recursive: true });
}
