import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Evaluation } from '../../../src/pipeline/index.ts';
import type { RunSummary } from '../../../src/run/index.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** One finished run: what it printed, and the evaluation of the experiment ('') and of each variant. */
export interface Finished {
  readonly seed: number;
  readonly summary: RunSummary;
  readonly evaluations: Readonly<Record<string, Evaluation>>;
}

/** The file of an example. */
export const example = (name: string): string => join(root, 'examples', `${name}.yaml`);

/** Runs `posterohm` on the compiled package and gives the document that it prints. */
export function posterohm(args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'bin/posterohm.mjs'), ...args, '--json', '--quiet'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`posterohm ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/**
 * Runs an experiment file, or one given as text, in a folder of its own that also gets copies of `files`; `visit` sees
 * the run directory before it goes.
 */
export function runExperiment(
  experiment: string,
  seed: number,
  files: readonly string[] = [],
  visit: (out: string) => void = () => {},
): Finished {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-validate-'));
  try {
    const file = join(folder, 'experiment.yaml');
    if (experiment.includes('\n')) writeFileSync(file, experiment);
    else copyFileSync(experiment, file);
    for (const path of files) copyFileSync(path, join(folder, basename(path)));
    const out = join(folder, 'run');
    mkdirSync(out);
    const summary = posterohm(['run', file, '--seed', String(seed), '--out', out]) as RunSummary;
    visit(out);
    const evaluation = (path: string): Evaluation => JSON.parse(readFileSync(join(path, 'evaluation.json'), 'utf8'));
    return {
      seed,
      summary,
      evaluations: Object.fromEntries([
        ['', evaluation(out)],
        ...(summary.variants ?? []).map(({ name, runDirectory }) => [name, evaluation(runDirectory)]),
      ]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
