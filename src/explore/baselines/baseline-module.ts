import { openSource, readSource } from '../designs/study-folder.ts';
import type { BaselineName } from './baseline.ts';
import { baselineProblem } from './baseline-problem.ts';

/** The problem of a baseline of a study, by the study's folder and identity, which the address of this module names. */
export default async (query: URLSearchParams) => {
  const folder = query.get('folder')!;
  const designs = await openSource(await readSource(folder, query.get('problem')!), folder);
  return baselineProblem(designs, query.get('baseline') as BaselineName);
};
