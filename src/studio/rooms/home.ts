import { z } from 'zod';
import { InputError, parseYaml } from '../../base/index.ts';
import { guessTable } from '../../data/index.ts';
import { experimentForTable, nameOfTable } from '../../experiment/index.ts';
import { freeFile } from '../free-file.ts';
import { lastNameOf } from '../last-name.ts';
import { away, here } from '../request.ts';
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

async function templates(workspace: Workspace): Promise<Template[]> {
  const found = Object.entries(await workspace.examples()).flatMap(([name, text]): Template[] => {
    const one = experimentIn(text);
    return one ? [{ name, title: one.title ?? name, about: one.about, ...(one.path && { needs: one.path }) }] : [];
  });
  return found.sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1));
}

async function experimentFiles(workspace: Workspace): Promise<ExperimentFile[]> {
  const found: ExperimentFile[] = [];
  for (const folder of ['', 'experiments']) {
    for (const { name, changed, bytes } of await workspace.list(folder)) {
      if (!/\.ya?ml$/.test(name) || bytes > mostRead) continue;
      const file = folder === '' ? name : `${folder}/${name}`;
      const one = experimentIn(new TextDecoder().decode(await workspace.read(file)));
      if (one) found.push({ file, title: one.title ?? name, changed });
    }
  }
  return found.sort((a, b) => b.changed - a.changed);
}

export const homeRequests = {
  'home.look': here(z.strictObject({}), async (_question, { workspace }) => ({
    folder: lastNameOf(workspace.folder),
    templates: await templates(workspace),
    experiments: await experimentFiles(workspace),
    runs: await workspace.runs(),
  })),
  'home.begin': here(z.strictObject({ template: z.string() }), async ({ template }, { workspace }) => {
    const known = (await templates(workspace)).find(({ name }) => name === template);
    if (!known) throw new InputError({ path: ['template'], rule: 'is no template', value: template });
    const file = await freeFile(workspace, template);
    await workspace.write(file, (await workspace.examples())[template]!);
    return { file };
  }),
  'home.table': away(
    z.strictObject({ file: z.string(), target: z.string().optional() }),
    async ({ file, target }, { workspace }) => {
      const guess = await guessTable(await workspace.read(file), file, target);
      const name = nameOfTable(lastNameOf(file));
      const experiment = await freeFile(workspace, name);
      await workspace.write(experiment, experimentForTable(name, file, guess, 1));
      return { experiment, ...guess };
    },
  ),
};
