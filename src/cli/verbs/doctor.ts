import { availableParallelism, cpus, totalmem } from 'node:os';
import { kernels } from '../../kernels/index.ts';
import { version } from '../../run/index.ts';
import { aligned } from '../aligned.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  examples: ['doctor', 'doctor --json'],
  async run() {
    const { name, detail } = kernels();
    const document = {
      version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memory: totalmem(),
      kernels: { name, detail },
    };
    const text = aligned([
      ['posterohm', version],
      ['node', document.node],
      ['platform', document.platform],
      ['processor', document.processor],
      ['cores', String(document.cores)],
      ['memory', `${(document.memory / 2 ** 30).toFixed(1)} GiB`],
      ['kernels', `${name}: ${detail}`],
      ...(name === 'reference'
        ? [['', 'install a Rust toolchain (cargo) and run npm run build for the fast kernels']]
        : []),
    ]);
    return { document, text };
  },
};
