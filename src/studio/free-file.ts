import { stat } from 'node:fs/promises';
import type { Workspace } from './workspace.ts';

/** A path of the workspace that is free: `moons.yaml`, `moons-2.yaml`, … */
export async function freeFile(workspace: Workspace, stem: string): Promise<string> {
  for (let n = 1; ; n++) {
    const file = n === 1 ? `${stem}.yaml` : `${stem}-${n}.yaml`;
    if (!(await stat(await workspace.place(file)).catch(() => undefined))) return file;
  }
}
