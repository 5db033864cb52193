/**
 * Absolute paths with forward slashes, as a profile has them, on every platform: the core has no `node:path`.
 */

/** Files that say nothing by their name alone: a program has many of them. */
const namelessFile = /^(?:__init__|__main__)\.py$|^index\.[cm]?[jt]sx?$/i;

/** A file's name as a person calls it, from a path with either kind of slashes: `__init__.py` and its like with their folder's name. */
export function fileTitle(path: string): string {
  const steps = path.split(/[\\/]/);
  const name = steps.at(-1) ?? '';
  const folder = steps.at(-2) ?? '';
  return namelessFile.test(name) && folder !== '' ? `${folder}/${name}` : name;
}

/** A place as a person calls it: `load.py:14`. */
export function placeText({ path, line }: { readonly path: string; readonly line: number }): string {
  return `${fileTitle(path)}:${line}`;
}

/** The folder of a file or folder; of a root, the root. */
export function parentFolder(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/');
  if (at < 0) return path;
  const folder = path.slice(0, at);
  return folder === '' || /^[A-Za-z]:$/.test(folder) ? `${folder}/` : folder;
}

/** A path relative to a folder, an absolute one, or a file URL, as an absolute path without `.` and `..`. */
export function joinPath(folder: string, path: string): string {
  const plain = pathOfFileUrl(path).replaceAll('\\', '/');
  const isAbsolute = plain.startsWith('/') || /^[A-Za-z]:\//.test(plain);
  const steps: string[] = [];
  const whole = isAbsolute ? plain : `${folder.replaceAll('\\', '/')}/${plain}`;
  for (const step of whole.split('/')) {
    if (step === '..') {
      // Above the root there is nothing: `/..` is `/`, and a drive stays.
      if (steps.length > 0 && !/^[A-Za-z]:$/.test(steps.at(-1) ?? '')) steps.pop();
    } else if (step !== '' && step !== '.') steps.push(step);
  }
  const joined = steps.join('/');
  return /^[A-Za-z]:/.test(joined) && !whole.startsWith('/') ? joined : `/${joined}`;
}

function pathOfFileUrl(text: string): string {
  const match = /^file:\/\/[^/]*(\/.*)$/i.exec(text);
  if (!match?.[1]) return text;
  const path = match[1].replace(/^\/(?=[A-Za-z]:\/)/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // A lone '%' that was never encoded.
  }
}
