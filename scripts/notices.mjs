/**
 * Gathers the licences of the packages that ended up in the bundles, as their terms ask.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inProject } from './paths.mjs';

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @param {string} outputFile
 */
export function writeNotices(metafiles, outputFile) {
  const folders = new Set(metafiles.flatMap((metafile) => Object.keys(metafile.inputs)).flatMap((input) => packageFolder(input) ?? []));
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(inProject(folder, 'package.json'), 'utf8'));
    const licenceFile = fs.readdirSync(inProject(folder)).find((file) => /^(licen[cs]e|copying)/i.test(file));
    const text = licenceFile === undefined ? `Licence: ${license}` : fs.readFileSync(inProject(folder, licenceFile), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  fs.writeFileSync(outputFile, notices.join(`\n${'-'.repeat(80)}\n\n`));
}

/**
 * @param {string} input a bundled file, relative to the project
 * @returns {string | undefined} the folder of the package it belongs to
 */
function packageFolder(input) {
  const segments = input.split('/');
  const start = segments.lastIndexOf('node_modules');
  if (start === -1) return undefined;
  return path.posix.join(...segments.slice(0, start + (segments[start + 1]?.startsWith('@') ? 3 : 2)));
}
