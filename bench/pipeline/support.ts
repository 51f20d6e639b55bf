import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobOf } from '../../src/base/index.ts';
import type { Posterior } from '../../src/bayes/index.ts';
import {
  type Design,
  designOf,
  type ExperimentInput,
  type Fields,
  resolveExperiment,
} from '../../src/experiment/index.ts';
import { memoryStore, type Prepared, prepareExperiment, type Subject } from '../../src/pipeline/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/index.ts';

export const job = jobOf();

/** What some work took: seconds of the clock, and of all cores together. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

export async function taken(work: () => unknown): Promise<Taken> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** An experiment's data with a store in memory. */
export const preparedOf = (input: Fields): Promise<Prepared> =>
  prepareExperiment(resolveExperiment({ ...input }, 'bench'), { files: nodeFiles('.'), store: memoryStore(1 << 30) });

/** The design of an experiment with some sections changed. */
/** Sections of an experiment, each with some of its fields. */
export type Changes = { readonly [S in keyof ExperimentInput]?: object };

export function designWith(input: Fields, changes: Changes, { deviceFiles }: Prepared): Design {
  const merged: Record<string, unknown> = { ...input };
  for (const [section, fields] of Object.entries(changes)) {
    merged[section] = { ...(merged[section] as object), ...fields };
  }
  return designOf(resolveExperiment(merged, 'bench'), deviceFiles);
}

/** Independent Gaussians of random means, in the place of training. */
export function randomPosterior({ model }: Subject): Posterior {
  const { parameters, size } = model.network;
  const mean = fillNormal(keyOf(1), new Float32Array(size)).map(z => 0.1 * z);
  const std = new Float32Array(size).fill(0.02);
  return { kind: 'moments', method: 'mean-field', info: {}, parameters, size, mean, std };
}

/** Work in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
