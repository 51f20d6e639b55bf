import type { Workspace } from './workspace.ts';

/** A YAML file of the workspace. */
export interface YamlFile {
  readonly file: string;
  /** In its folder. */
  readonly name: string;
  readonly changed: number;
  readonly text: string;
}

/** Bytes of a file that may be an experiment or a study at most. */
const mostRead = 1 << 18;

/** YAML files of folders of the workspace, its own for '', those last changed first. */
export async function yamlFiles(workspace: Workspace, folders: readonly string[]): Promise<readonly YamlFile[]> {
  const found: YamlFile[] = [];
  for (const folder of folders) {
    for (const { name, changed, bytes } of await workspace.list(folder)) {
      if (!/\.ya?ml$/.test(name) || bytes > mostRead) continue;
      const file = folder === '' ? name : `${folder}/${name}`;
      found.push({ file, name, changed, text: new TextDecoder().decode(await workspace.read(file)) });
    }
  }
  return found.sort((a, b) => b.changed - a.changed);
}

/** The comment that a text opens with, in one line. */
export function openingComment(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex(line => !line.startsWith('#'));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .map(line => line.replace(/^#\s?/, ''))
    .join(' ');
}

/** The file or folder that the data of an experiment are in; undefined where they are generated. */
export function dataNeeded(data: unknown): string | undefined {
  const { path, images, folder } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const found = path ?? images ?? folder;
  return typeof found === 'string' ? found : undefined;
}
