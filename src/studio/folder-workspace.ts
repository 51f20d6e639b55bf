import { realpathSync } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { InputError } from '../base/index.ts';
import { type ExperimentInput, parseExperiment } from '../experiment/index.ts';
import type { Subject } from '../pipeline/index.ts';
import { openInput, whyUnreadable, writeWhole } from '../run/index.ts';
import { openedRun } from './opened-runs.ts';
import { listRuns } from './runs.ts';
import type { FileFound, OpenedRun, RunFound, Workspace } from './workspace.ts';

const examples = new URL('../../examples/', import.meta.url);

/** The one folder of the disk that a studio reads and writes. */
export class FolderWorkspace implements Workspace {
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

  async read(path: string): Promise<Uint8Array> {
    return readFile(await this.place(path)).catch(error => {
      throw new InputError({
        file: path,
        path: [],
        rule: whyUnreadable(error),
        hint: 'go back home and choose another',
      });
    });
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await writeWhole(await this.place(path), content, path);
  }

  async changedAt(path: string): Promise<number | undefined> {
    return (await stat(await this.place(path)).catch(() => undefined))?.mtimeMs;
  }

  async list(folder: string): Promise<readonly FileFound[]> {
    const place = folder === '' ? this.folder : await this.place(folder);
    const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
    const names = entries.filter(entry => entry.isFile() && isPlain(entry.name)).map(({ name }) => name);
    return Promise.all(
      names.sort().map(async name => {
        const { mtimeMs, size } = await stat(join(place, name));
        return { name, changed: mtimeMs, bytes: size };
      }),
    );
  }

  async examples(): Promise<Readonly<Record<string, string>>> {
    const files = (await readdir(examples)).filter(file => file.endsWith('.yaml'));
    const found = files.map(async file => [
      file.slice(0, -'.yaml'.length),
      await readFile(new URL(file, examples), 'utf8'),
    ]);
    return Object.fromEntries(await Promise.all(found));
  }

  async subject(file: string, text: string): Promise<Subject> {
    const input = parseExperiment(text, file) as ExperimentInput;
    const folder = dirname(await this.place(file));
    return (await openInput(input, file, folder, { folder: this.folder, reading: true })).run.subject;
  }

  runs(): Promise<readonly RunFound[]> {
    return listRuns(this);
  }

  open(directory: string, variant?: string): Promise<OpenedRun> {
    return openedRun(this, directory, variant);
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
