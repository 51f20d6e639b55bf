import { z } from 'zod';
import type { Method } from '../method.ts';
import { bernoulli } from './bernoulli.ts';
import { deviceTied } from './device-tied.ts';
import { dropout } from './dropout.ts';
import { ensemble } from './ensemble.ts';
import { hardwareAware } from './hardware-aware.ts';
import { hmc } from './hmc.ts';
import { laplace } from './laplace.ts';
import { map } from './map.ts';
import { meanField } from './mean-field.ts';
import { nuts } from './nuts.ts';
import { sghmc, sgld } from './sgmcmc.ts';

/** Every way to a posterior, by name. */
export const methods = {
  map,
  'mean-field': meanField,
  'hardware-aware': hardwareAware,
  'device-tied': deviceTied,
  nuts,
  hmc,
  sgld,
  sghmc,
  ensemble,
  laplace,
  dropout,
  bernoulli,
} as const satisfies Record<string, Method>;

/** Weight vectors that a posterior holds at most, a mean and a spread counting as two. */
export function posteriorDraws(options: PosteriorOptions): number {
  const method: Method = methods[options.method];
  if (!('plan' in method)) return method.draws?.(options) ?? 2;
  const { chains, draws } = method.plan(options);
  return chains * draws;
}

/** The `posterior` part of an experiment: a method and its options. */
export const posteriorSchema = z.discriminatedUnion('method', [
  map.schema,
  meanField.schema,
  hardwareAware.schema,
  deviceTied.schema,
  nuts.schema,
  hmc.schema,
  sgld.schema,
  sghmc.schema,
  ensemble.schema,
  laplace.schema,
  dropout.schema,
  bernoulli.schema,
]);

export type PosteriorOptions = z.output<typeof posteriorSchema>;
