import { InputError } from '../base/index.ts';
import type { OpenedRun } from './workspace.ts';

/** Refuses a run whose posterior is not there: only work that is asked for trains. */
export async function insistTrained(run: OpenedRun, directory: string): Promise<void> {
  if (await run.trained()) return;
  throw new InputError({ file: directory, path: [], rule: 'is not trained yet', hint: 'start it in the room Run' });
}
