import { diagnose } from '../../experiment/index.ts';
import { formatNumber } from '../../report/index.ts';
import { aligned, openFor } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const train: Verb = {
  usage: 'train <experiment>',
  summary: 'Train the posterior of an experiment into a run directory.',
  examples: ['train examples/moons.yaml', 'train examples/moons.yaml --out runs/moons --json'],
  async run([file], _options, shell) {
    const { run } = await openFor(file!, shell);
    const posterior = await run.posterior();
    const { method, info } = posterior;
    const { train: seconds } = await run.seconds();
    const path = run.directory.file('posterior.safetensors');
    const diagnostics = diagnose(run.setting, posterior);
    return {
      document: { method, seconds, diagnostics, info, posterior: path, runDirectory: run.directory.path },
      text: `Posterior by ${method}: ${shown(path)}\n\n${aligned(rowsOf({ ...diagnostics, ...info }))}`,
    };
  },
};

/** Numbers by name; those of several chains side by side. */
function rowsOf(record: Readonly<Record<string, unknown>>, prefix = ''): string[][] {
  return Object.entries(record).flatMap(([name, value]) => {
    if (typeof value === 'number') return [[prefix + name, formatNumber(value)]];
    if (Array.isArray(value))
      return [
        [
          prefix + name,
          value.map(entry => (typeof entry === 'number' ? formatNumber(entry) : JSON.stringify(entry))).join('  '),
        ],
      ];
    if (typeof value === 'object' && value !== null)
      return rowsOf(value as Record<string, unknown>, `${prefix}${name}.`);
    return value === undefined ? [] : [[prefix + name, String(value)]];
  });
}
