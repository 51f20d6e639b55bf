import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { jobOf } from '../base/index.ts';
import { evaluatedIfThere, type OpenRun, openDirectory } from '../run/index.ts';
import type { FolderWorkspace } from './folder-workspace.ts';
import { variantNamed } from './variant-named.ts';
import type { OpenedRun } from './workspace.ts';

/** Runs that are kept open at most: each holds its data and what was computed of it. */
const mostOpen = 3;

const open = new Map<string, Promise<OpenRun>>();

/** A run directory, or one of its variants; the last few directories stay open until something in them changes. */
export async function openedRun(workspace: FolderWorkspace, directory: string, variant?: string): Promise<OpenedRun> {
  const { run, variants, older = [] } = await openedDirectory(workspace, directory);
  const own = variant === undefined ? run : variantNamed(variants, variant);
  return {
    subject: own.subject,
    variants: variants.map(([name]) => name),
    older,
    // A variant may share the posterior of its run.
    trained: async () => variant !== undefined || (await run.directory.record('training')) !== undefined,
    made: () => own.directory.made(),
    changed: () => own.directory.changed(),
    evaluated: async () => (await evaluatedIfThere({ run: own, variants: [] }))?.evaluated,
  };
}

async function openedDirectory(workspace: FolderWorkspace, directory: string): Promise<OpenRun> {
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
