/**
 * A Python for arm64 on another machine: Debian's packages, unpacked into a folder of ours, run by qemu. Nothing of it is installed.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ensureDebianPackages } from '../../scripts/debianPackages.mjs';
import { inProject } from '../../scripts/paths.mjs';

/** Without the version in their names: the release decides. */
const packagePatterns = [/^python3\.\d+-minimal$/, /^libpython3\.\d+-minimal$/, /^libpython3\.\d+-stdlib$/];
const libraries = ['libc6', 'libffi8', 'zlib1g', 'libexpat1'];

/**
 * Gives a command that behaves as Python for arm64 does.
 * @throws Error where it can't be had: no Debian, no root for qemu, no network
 */
export async function ensureArm64Python(): Promise<string> {
  const folder = inProject('.runtimes', 'python-arm64');
  const python = path.join(folder, 'usr', 'bin', 'python-arm64');
  const problem = await ensureDebianPackages(['qemu-user']);
  if (problem !== undefined) throw new Error(problem);
  if (existsSync(python)) return python;
  const partial = inProject('.runtimes', `partial-python-arm64-${process.pid}`);
  try {
    mkdirSync(path.join(partial, 'root'), { recursive: true });
    for (const archive of download(path.join(partial, 'download')))
      execFileSync('dpkg-deb', ['--extract', archive, path.join(partial, 'root')]);
    const unpacked = path.join(partial, 'root', 'usr', 'bin');
    const version = readdirSync(unpacked).find((name) => /^python3\.\d+$/.test(name));
    if (version === undefined) throw new Error('Debian’s packages hold no Python.');
    // It finds its library by its own place, and names itself as what it was started by.
    const script = ['#!/bin/sh', 'here=$(dirname "$0")', `exec qemu-aarch64 -L "$here/../.." -0 "$0" "$here/${version}" "$@"`, ''];
    writeFileSync(path.join(unpacked, 'python-arm64'), script.join('\n'));
    chmodSync(path.join(unpacked, 'python-arm64'), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(partial, 'root'), folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return python;
}

/** Fetches the packages with lists of their own: the machine's are of its own architecture. Paths of the archives. */
function download(folder: string): string[] {
  mkdirSync(path.join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(path.join(folder, 'status'), '');
  const places = [
    ['APT::Architecture', 'arm64'],
    ['APT::Architectures', 'arm64'],
    ['APT::Sandbox::User', 'root'],
    ['Dir::State', folder],
    ['Dir::State::lists', path.join(folder, 'lists')],
    ['Dir::State::status', path.join(folder, 'status')],
    ['Dir::Cache', path.join(folder, 'cache')],
  ];
  const options = ['-qq', ...places.flatMap(([name, value]) => ['-o', `${name}=${value}`])];
  const apt = (program: string, args: readonly string[]) =>
    execFileSync(program, [...options, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 240_000 });
  try {
    apt('apt-get', ['update']);
  } catch {
    // A source beside Debian's may have nothing for arm64; what is missing is seen below.
  }
  const depended = apt('apt-cache', [
    'depends',
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
    '--no-replaces',
    'python3',
  ]);
  const names = [...new Set(depended.split('\n').filter((line) => packagePatterns.some((pattern) => pattern.test(line))))];
  if (names.length !== packagePatterns.length)
    throw new Error(`Debian has no Python for arm64 here: found ${names.join(', ') || 'nothing'}.`);
  apt('apt-get', ['download', ...names, ...libraries]);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(folder, name));
}
