import { archiveOf } from '../../run/index.ts';
import { openAgain, precisionOption, staleOptions, storeOptions } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const predict: Verb = {
  options: [precisionOption, ...staleOptions, ...storeOptions],
  examples: ['predict runs/moons'],
  async run([path], options, shell) {
    const { run } = await openAgain(path!, shell, options);
    const file = run.directory.file('prediction.npz');
    const arrays = await archiveOf(run, shell.job);
    const lines = Object.entries(arrays).map(([name, shape]) => `  ${name} [${shape.join(', ')}]`);
    return { document: { prediction: file, arrays }, text: `Predictions: ${shown(file)}\n${lines.join('\n')}` };
  },
};
