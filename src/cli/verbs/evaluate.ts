import { finish, openAgain, precisionOf, precisionOption } from '../experiment.ts';
import type { Verb } from '../verb.ts';

export const evaluate: Verb = {
  options: [precisionOption],
  examples: ['evaluate runs/moons', 'evaluate runs/moons --json'],
  async run([path], options, shell) {
    return finish(await openAgain(path!, shell, precisionOf(options)), shell);
  },
};
