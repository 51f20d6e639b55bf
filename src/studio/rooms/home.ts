import { z } from 'zod';
import { InputError, parseYaml } from '../../base/index.ts';
import { guessTable } from '../../data/index.ts';
import { experimentForTable, nameOfTable } from '../../experiment/index.ts';
import { freeFile } from '../free-file.ts';
import { lastNameOf } from '../last-name.ts';
import { away, here } from '../request.ts';
import type { Workspace } from '../workspace.ts';
import { dataNeeded, openingComment, yamlFiles } from '../yaml-files.ts';

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

/** What is to be said of a text that may be an experiment. */
function experimentIn(text: string): { title?: string; about: string; path?: string } | undefined {
  try {
    const value = parseYaml(text, 'experiment') as Record<string, Record<string, unknown> | undefined>;
    if (!value?.data || !value.network) return undefined;
    const path = dataNeeded(value.data);
    return {
      about: openingComment(text),
      ...(typeof value.title === 'string' && { title: value.title as string }),
      ...(path !== undefined && { path }),
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
  return (await yamlFiles(workspace, ['', 'experiments'])).flatMap(({ file, name, changed, text }) => {
    const one = experimentIn(text);
    return one ? [{ file, title: one.title ?? name, changed }] : [];
  });
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
