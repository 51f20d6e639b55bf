import { openAgain, precisionOf, precisionOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const predict: Verb = {
  options: [precisionOption],
  examples: ['predict runs/moons'],
  async run([path], options, shell) {
    const { run } = await openAgain(path!, shell, precisionOf(options));
    const arrays = Object.fromEntries(Object.entries(await run.prediction()).map(([name, { shape }]) => [name, shape]));
    const file = run.directory.file('prediction.npz');
    const lines = Object.entries(arrays).map(([name, shape]) => `  ${name} [${shape.join(', ')}]`);
    return { document: { prediction: file, arrays }, text: `Predictions: ${shown(file)}\n${lines.join('\n')}` };
  },
};
