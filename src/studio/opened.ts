import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, jobOf } from '../base/index.ts';
import { type OpenRun, openDirectory, type Run } from '../run/index.ts';
import type { Workspace } from './workspace.ts';

/** Runs that are kept open at most: each holds its data and what was computed of it. */
const mostOpen = 3;

const open = new Map<string, Promise<OpenRun>>();

/** A run directory of the workspace, to be looked at; the last few stay open until something in them changes. */
export async function openedRun(workspace: Workspace, directory: string): Promise<OpenRun> {
  const place = await workspace.place(directory);
  const times = await Promise.all(
    ['run.json', 'stages'].map(name =>
      stat(join(place, name)).then(
        s => s.mtimeMs,
        () => 0,
      ),
    ),
  );
  const name = [place, ...times].join(' ');
  // Work that one page gave up must not end what others look at: an open run has no signal.
  const found = open.get(name) ?? openDirectory(directory, { folder: workspace.folder, job: jobOf(), reading: true });
  open.delete(name);
  open.set(name, found);
  found.catch(() => open.delete(name));
  while (open.size > mostOpen) open.delete(open.keys().next().value!);
  return found;
}

/** A run or one of its variants. */
export async function openedVariant(workspace: Workspace, directory: string, variant?: string): Promise<Run> {
  const { run, variants } = await openedRun(workspace, directory);
  if (variant === undefined) return run;
  const found = variants.find(([name]) => name === variant);
  if (found) return found[1];
  const hint = variants.length > 0 ? `known: ${variants.map(([name]) => name).join(', ')}` : 'it has none';
  throw new InputError({ path: ['variant'], rule: 'is no variant of the run', value: variant, hint });
}

/** Refuses a run whose posterior is not there: only work that is asked for trains. */
export async function insistTrained(run: Run): Promise<void> {
  if (run.variant || (await run.directory.record('training'))) return;
  throw new InputError({ path: [], rule: 'is not trained yet', hint: 'start it in the room Run' });
}
