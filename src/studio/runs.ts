import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { faultText } from '../base/index.ts';
import { readEvaluation, readRunRecord } from '../run/index.ts';
import { faultsOfError } from './activities.ts';
import type { FolderWorkspace } from './folder-workspace.ts';
import type { RunFound } from './workspace.ts';

/** Folders that are looked into at most, and how deep runs may lie. */
const mostFolders = 2000;
const deepest = 3;

/** Paths of the run directories of a workspace. */
export const runPaths = (workspace: FolderWorkspace): Promise<readonly string[]> => foldersWith(workspace, 'run.json');

/** Paths of the folders of a workspace that hold a file of this name; what lies inside them is theirs. */
export async function foldersWith({ folder }: FolderWorkspace, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  let looked = 0;
  const look = async (path: string, depth: number): Promise<void> => {
    if (looked++ > mostFolders) return;
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
    if (entries.some(entry => entry.isFile() && entry.name === name)) return void found.push(path);
    if (depth === deepest) return;
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      await look(path === '' ? entry.name : `${path}/${entry.name}`, depth + 1);
    }
  };
  await look('', 0);
  return found.filter(Boolean);
}

const read = new Map<string, { readonly stamp: string; readonly found: RunFound }>();

/** The runs of a workspace, those last worked on first; a broken one says so and hides no other. */
export async function listRuns(workspace: FolderWorkspace): Promise<readonly RunFound[]> {
  const found = await Promise.all((await runPaths(workspace)).map(path => lookAt(workspace, path)));
  return found.sort((a, b) => b.changed - a.changed);
}

/** Changes whenever the list of runs does. */
export async function stampOfRuns(workspace: FolderWorkspace): Promise<string> {
  const stamps = await Promise.all(
    (await runPaths(workspace)).map(async path => `${path} ${await stampOf(join(workspace.folder, path))}`),
  );
  return stamps.join('\n');
}

const timeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;

const stampOf = async (place: string): Promise<string> =>
  (
    await Promise.all(['run.json', 'evaluation.json', 'report.html', 'stages'].map(name => timeOf(join(place, name))))
  ).join(' ');

async function lookAt({ folder }: FolderWorkspace, path: string): Promise<RunFound> {
  const place = join(folder, path);
  const stamp = await stampOf(place);
  const known = read.get(place);
  if (known?.stamp === stamp) return known.found;
  const found = await readRun(place, path, Math.max(...stamp.split(' ').map(Number)));
  read.set(place, { stamp, found });
  return found;
}

async function readRun(place: string, path: string, changed: number): Promise<RunFound> {
  const name = path.split('/').at(-1)!;
  const common = { path, name, changed, variants: 0, report: (await timeOf(join(place, 'report.html'))) > 0 };
  try {
    const { name, source } = (await readRunRecord(place))!;
    const input = source.input as { variants?: object; hardware?: { device?: unknown }; title?: unknown };
    const own = {
      ...common,
      name,
      variants: Object.keys(input.variants ?? {}).length,
      device: String(input.hardware?.device ?? 'oxram-hfo2'),
      ...(typeof input.title === 'string' && { title: input.title }),
    };
    return { ...own, ...(await evaluatedIn(place)) };
  } catch (error) {
    return { ...common, state: 'broken', fault: toldOf(error, 'run.json') };
  }
}

/** What is known of the evaluation of a run. */
async function evaluatedIn(place: string): Promise<Pick<RunFound, 'state' | 'metrics' | 'task' | 'fault'>> {
  const bytes = await readFile(join(place, 'evaluation.json')).catch(() => undefined);
  if (bytes === undefined) return { state: 'begun' };
  try {
    const { software, hardware, deterministic, task } = readEvaluation(bytes);
    const metrics = { software: software.metrics, hardware: hardware.metrics, deterministic: deterministic.metrics };
    return { state: 'evaluated', metrics, task };
  } catch (error) {
    return { state: 'begun', fault: toldOf(error, 'evaluation.json') };
  }
}

/** What is wrong with a file of a run, whose folder is named beside it. */
function toldOf(error: unknown, file: string): string {
  const [fault] = faultsOfError(error);
  return faultText({ ...fault!, file });
}
