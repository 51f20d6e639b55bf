import { fileURLToPath } from 'node:url';
import { finish, openFor } from '../experiment.ts';
import type { Verb } from '../verb.ts';

export const demo: Verb = {
  examples: ['demo', 'demo --out runs/first'],
  async run(_args, options, shell) {
    return finish(
      await openFor(fileURLToPath(new URL('../../../examples/moons.yaml', import.meta.url)), shell, options),
      shell,
    );
  },
};
