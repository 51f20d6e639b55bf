import { readdir, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { InputError, parseYaml } from '../../base/index.ts';
import { guessTable } from '../../data/index.ts';
import { experimentForTable, nameOfTable } from '../../experiment/index.ts';
import { writeWhole } from '../../run/index.ts';
import { freeFile } from '../free-file.ts';
import { away, here } from '../request.ts';
import { listRuns } from '../runs.ts';
import type { Workspace } from '../workspace.ts';

/** An experiment of the package to begin with. */
export interface Template {
  readonly name: string;
  readonly title: string;
  /** Its opening comment. */
  readonly about: string;
  /** The file or folder of data that it needs; absent where data are generated. */
  readonly needs?: string;
}

/** An experiment file of the workspace. */
export interface ExperimentFile {
  readonly file: string;
  readonly title: string;
  readonly changed: number;
}

const examples = new URL('../../../examples/', import.meta.url);

/** Bytes of a file that may be an experiment at most. */
const mostRead = 1 << 18;

/** What is to be said of a text that may be an experiment. */
function experimentIn(text: string): { title?: string; about: string; path?: string } | undefined {
  try {
    const value = parseYaml(text, 'experiment') as Record<string, Record<string, unknown> | undefined>;
    if (!value?.data || !value.network) return undefined;
    const about = text.split('\n').filter((_line, i, all) => all.slice(0, i + 1).every(one => one.startsWith('#')));
    const path = value.data.path ?? value.data.images ?? value.data.folder;
    return {
      about: about.map(line => line.replace(/^#\s?/, '')).join(' '),
      ...(typeof value.title === 'string' && { title: value.title as string }),
      ...(typeof path === 'string' && { path }),
    };
  } catch {
    // What is no YAML is listed all the same, so that whoever broke it finds it.
    return { about: 'cannot be read' };
  }
}

/** The one of the demonstration first, those that need data of their own last. */
const order = ({ name, needs }: Template): number => (name === 'moons' ? 0 : needs === undefined ? 1 : 2);

async function templates(): Promise<Template[]> {
  const files = (await readdir(examples)).filter(file => file.endsWith('.yaml'));
  const found = await Promise.all(
    files.map(async (file): Promise<Template[]> => {
      const one = experimentIn(await readFile(new URL(file, examples), 'utf8'));
      if (!one) return [];
      const name = file.slice(0, -'.yaml'.length);
      return [{ name, title: one.title ?? name, about: one.about, ...(one.path && { needs: one.path }) }];
    }),
  );
  return found.flat().sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1));
}

async function experimentFiles(workspace: Workspace): Promise<ExperimentFile[]> {
  const found: ExperimentFile[] = [];
  for (const folder of ['', 'experiments']) {
    const place = folder === '' ? workspace.folder : `${workspace.folder}/${folder}`;
    const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !/\.ya?ml$/.test(entry.name) || entry.name.startsWith('.')) continue;
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const { mtimeMs, size } = await stat(`${place}/${entry.name}`);
      const one = size < mostRead ? experimentIn(await readFile(`${place}/${entry.name}`, 'utf8')) : undefined;
      if (one) found.push({ file, title: one.title ?? entry.name, changed: mtimeMs });
    }
  }
  return found.sort((a, b) => b.changed - a.changed);
}

export const homeRequests = {
  'home.look': here(z.strictObject({}), async (_question, { workspace }) => ({
    folder: basename(workspace.folder),
    templates: await templates(),
    experiments: await experimentFiles(workspace),
    runs: await listRuns(workspace),
  })),
  'home.begin': here(z.strictObject({ template: z.string() }), async ({ template }, { workspace }) => {
    const known = (await templates()).find(({ name }) => name === template);
    if (!known) throw new InputError({ path: ['template'], rule: 'is no template', value: template });
    const file = await freeFile(workspace, template);
    await writeWhole(await workspace.place(file), await readFile(new URL(`${template}.yaml`, examples)), file);
    return { file };
  }),
  'home.table': away(
    z.strictObject({ file: z.string(), target: z.string().optional() }),
    async ({ file, target }, { workspace }) => {
      const guess = await guessTable(await readFile(await workspace.place(file)), file, target);
      const name = nameOfTable(basename(file));
      const experiment = await freeFile(workspace, name);
      await writeWhole(await workspace.place(experiment), experimentForTable(name, file, guess, 1), experiment);
      return { experiment, ...guess };
    },
  ),
};
