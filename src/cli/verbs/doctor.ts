import { availableParallelism, cpus, totalmem } from 'node:os';
import { WorkError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { version } from '../../run/index.ts';
import { aligned } from '../aligned.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  options: [{ flags: '--build', summary: 'builds the native kernels where there is a Rust toolchain (cargo)' }],
  examples: ['doctor', 'doctor --json', 'doctor --build'],
  async run(_args, { build }) {
    if (build) await buildKernels();
    const { name, detail } = kernels();
    const document = {
      version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memory: totalmem(),
      kernels: { name, detail, faster: faster(name) },
    };
    const text = aligned([
      ['posterohm', version],
      ['node', document.node],
      ['platform', document.platform],
      ['processor', document.processor],
      ['cores', String(document.cores)],
      ['memory', `${(document.memory / 2 ** 30).toFixed(1)} GiB`],
      ['kernels', `${name}: ${detail}`],
      ...(document.kernels.faster ? [['', document.kernels.faster]] : []),
    ]);
    return { document, text };
  },
};

/** What would be faster than the back end in use, and how to get it. */
function faster(name: 'reference' | 'wasm' | 'native'): string | null {
  if (name === 'native') return null;
  const forced = process.env.POSTEROHM_KERNELS === name ? 'unset POSTEROHM_KERNELS; ' : '';
  return `native kernels are faster: ${forced}install a Rust toolchain (cargo) and run npx posterohm doctor --build where they are not built`;
}

/** Builds the native kernels in the folder that this package lies in, a checkout or one below node_modules. */
async function buildKernels(): Promise<void> {
  const script = new URL('../../../scripts/build-native.mjs', import.meta.url);
  const { buildNative } = (await import(script.href)) as {
    buildNative(): Promise<{ status: 'built' | 'fresh' | 'no-cargo' | 'failed'; message: string }>;
  };
  const { status, message } = await buildNative();
  if (status === 'no-cargo' || status === 'failed') throw new WorkError(message);
}
