import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { recordName } from '../explore/index.ts';
import type { FolderWorkspace } from './folder-workspace.ts';
import { foldersWith } from './runs.ts';

/** A study of a workspace. */
export interface StudyFound {
  /** Its folder in the workspace. */
  readonly path: string;
  /** When it was last worked on, milliseconds since 1970. */
  readonly changed: number;
  /** Changes whenever it does. */
  readonly stamp: string;
}

/** The studies of a workspace, those last worked on first. */
export async function listStudies(workspace: FolderWorkspace): Promise<readonly StudyFound[]> {
  const paths = await foldersWith(workspace, recordName);
  const found = await Promise.all(
    paths.map(async path => {
      const place = join(workspace.folder, path);
      const confirmations = (await readdir(place).catch(() => [])).filter(name => name.startsWith('confirm-'));
      const records = [recordName, ...confirmations.map(name => join(name, recordName))];
      const stats = await Promise.all(records.map(name => stat(join(place, name)).catch(() => undefined)));
      return {
        path,
        changed: Math.max(...stats.map(one => one?.mtimeMs ?? 0)),
        stamp: stats.map(one => `${one?.size ?? 0} ${one?.mtimeMs ?? 0}`).join(' '),
      };
    }),
  );
  return found.sort((a, b) => b.changed - a.changed);
}

/** Changes whenever a study of the workspace does. */
export const stampOfStudies = async (workspace: FolderWorkspace): Promise<string> =>
  (await listStudies(workspace)).map(({ path, stamp }) => `${path} ${stamp}`).join('\n');
