import { finish, openAgain, precisionOption, staleOptions, storeOptions } from '../experiment.ts';
import type { Verb } from '../verb.ts';

export const evaluate: Verb = {
  options: [precisionOption, ...staleOptions, ...storeOptions],
  examples: ['evaluate runs/moons', 'evaluate runs/moons --json'],
  async run([path], options, shell) {
    return finish(await openAgain(path!, shell, options), shell);
  },
};
