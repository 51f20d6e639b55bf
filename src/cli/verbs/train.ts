import { diagnose } from '../../experiment/index.ts';
import { openFor } from '../experiment.ts';
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
      text: `Posterior by ${method}: ${path}\n${JSON.stringify({ ...diagnostics, ...info }, null, 2)}`,
    };
  },
};
