import { createRequire } from 'node:module';
import { kernels } from '../kernels/index.ts';

/** Version of posterohm, from its package file. */
export const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Versions of what a run is made with, by name. */
export const versions = (): Readonly<Record<string, string>> => ({
  posterohm: version,
  node: process.versions.node,
  kernels: `${kernels().name}, ${kernels().detail}`,
});
