import type { Workspace } from './workspace.ts';

/** A path of the workspace that is free: `moons.yaml`, `moons-2.yaml`, … */
export async function freeFile(
  workspace: Pick<Workspace, 'changedAt'>,
  stem: string,
  extension = '.yaml',
): Promise<string> {
  for (let n = 1; ; n++) {
    const file = n === 1 ? `${stem}${extension}` : `${stem}-${n}${extension}`;
    if ((await workspace.changedAt(file)) === undefined) return file;
  }
}
