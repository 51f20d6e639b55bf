import { parseYaml } from '../base/index.ts';
import type { Workspace } from './workspace.ts';
import { dataNeeded, openingComment, yamlFiles } from './yaml-files.ts';

/** A study that may be begun. */
export interface StudyFileFound {
  /** In the workspace; of the package where absent. */
  readonly file?: string;
  /** Of the package: its name there. */
  readonly template?: string;
  readonly title: string;
  /** Its opening comment. */
  readonly about: string;
}

interface StudyText {
  readonly title: string;
  readonly about: string;
  /** Its experiment is of another file, or its data are. */
  readonly needs: boolean;
}

/** What is to be said of a text that may be a study; undefined of any other. */
function studyIn(text: string, name: string): StudyText | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = parseYaml(text, 'study') as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  if (!value?.variables || !value.objectives || !value.experiment) return undefined;
  const needs =
    typeof value.experiment === 'string' || dataNeeded((value.experiment as { data?: unknown }).data) !== undefined;
  return { title: typeof value.title === 'string' ? value.title : name, about: openingComment(text), needs };
}

/** Study files of the workspace, those last changed first, and studies of the package that need nothing else. */
export async function studyFiles(workspace: Workspace): Promise<readonly StudyFileFound[]> {
  const own = (await yamlFiles(workspace, ['', 'studies', 'experiments'])).flatMap(({ file, name, text }) => {
    const one = studyIn(text, name);
    return one ? [{ file, title: one.title, about: one.about }] : [];
  });
  const templates = Object.entries(await workspace.examples()).flatMap(([template, text]) => {
    const one = studyIn(text, template);
    return one && !one.needs ? [{ template, title: one.title, about: one.about }] : [];
  });
  return [...own, ...templates];
}
