import { finish, openFor, precisionOption, staleOptions, storeOptions } from '../experiment.ts';
import type { Verb } from '../verb.ts';

export const run: Verb = {
  options: [precisionOption, ...staleOptions, ...storeOptions],
  examples: [
    'run examples/moons.yaml',
    'run examples/wdbc.yaml --seed 3 --out runs/wdbc-3',
    'run examples/moons.yaml --json',
  ],
  async run([file], options, shell) {
    return finish(await openFor(file!, shell, options), shell);
  },
};
