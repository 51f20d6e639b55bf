import { realpathSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { InputError } from '../base/index.ts';

/** The one folder that a studio reads and writes. Paths within it are relative, with `/` between names. */
export class Workspace {
  /** Absolute, without symbolic links. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = realpathSync(folder);
  }

  /**
   * The absolute path of a file or folder within; it need not be there. Refused: paths that are absolute or climb, hidden
   * names, and what symbolic links lead to.
   */
  async place(path: string): Promise<string> {
    const names = path.split('/');
    if (path === '' || names.some(name => !isPlain(name))) throw outside(path);
    const place = join(this.folder, ...names);
    const there = await nearestThere(place);
    if ((await realpath(there).catch(() => undefined)) !== there)
      throw outside(path, 'is or stands behind a symbolic link');
    return place;
  }

  /** The path within of an absolute path. */
  within(place: string): string {
    return place.slice(this.folder.length + 1).replaceAll(sep, '/');
  }
}

/** Names of files that are neither hidden nor mean a place elsewhere. */
const isPlain = (name: string): boolean => name !== '' && !name.startsWith('.') && !/[\\\p{Cc}:]/u.test(name);

const outside = (path: string, rule = 'is no path within the folder of the studio') =>
  new InputError({ path: [], rule, value: path, hint: 'name a file below that folder' });

/** The place itself, or the nearest folder above that is there; a link is there, wherever it leads. */
async function nearestThere(place: string): Promise<string> {
  for (let at = place; ; at = dirname(at)) {
    const found = await lstat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    });
    if (found) return at;
  }
}
