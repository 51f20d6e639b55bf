import { fileURLToPath } from 'node:url';
import { InputError } from '../base/index.ts';
import { buildWith } from '../run/index.ts';
import type { Problem } from './problem.ts';

/** What a module that brings a problem exports by default: the problem, or how to make it from the query of its own URL. */
export type ProblemModule = Problem | ((query: URLSearchParams) => Problem | Promise<Problem>);

/** The problem of a module. */
export async function loadProblem(module: URL): Promise<Problem> {
  const { default: found } = (await import(module.href)) as { readonly default?: ProblemModule };
  const problem = typeof found === 'function' ? await found(module.searchParams) : found;
  if (typeof problem?.evaluate === 'function' && problem.space) return problem;
  throw new InputError({
    file: fileURLToPath(module),
    path: [],
    rule: 'must export a problem, or a function that gives one, by default',
    hint: 'export default problemOf({ … })',
  });
}

/** Names the code that a problem of a module is evaluated by. */
export const buildOfModule = (module: URL): string => buildWith(fileURLToPath(module));
