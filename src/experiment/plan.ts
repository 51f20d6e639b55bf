import type { Posterior } from '../bayes/index.ts';
import { type Procedure, type ProgrammingOptions, procedureOf as procedure } from '../device/index.ts';
import { entropySources } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import { type Plan, planTransfer, type ReadOptions, type TransferMethod, transferMethods } from '../transfer/index.ts';
import type { Experiment } from './schema.ts';
import type { Setting } from './setting.ts';

/** The experiment's transfer section. */
export type TransferOptions = Experiment['transfer'] & { readonly method: keyof typeof transferMethods };

/** The plan for a weight range; `unlimited` plans on as many arrays as it takes. */
export function planOf(
  { experiment, network, device, time, key }: Setting,
  posterior: Posterior,
  options: TransferOptions,
  copies: number,
  limit: number,
  arrays: 'declared' | 'unlimited',
): Plan {
  const { array, layout, mapping } = experiment.hardware;
  const method: TransferMethod = transferMethods[options.method];
  const geometry = arrays === 'declared' ? array : { rows: array.rows, columns: array.columns };
  const request = { posterior, matrices: network.matrices, device, geometry, layout, mapping, copies, limit, time };
  return planTransfer(method, options as never, request, fold(key, 'transfer'));
}

/** Copies of the network that the experiment's entropy source needs on the chip. */
export function copiesOf({ sampling }: Experiment): number {
  return entropySources[sampling.entropy as keyof typeof entropySources].copies(sampling as never);
}

/** Monte-Carlo samples that a chip's prediction has. */
export function samplesOf({ sampling }: Experiment): number {
  return sampling.samples as number;
}

export function procedureOf({ programming }: TransferOptions): Procedure {
  return procedure(programming as ProgrammingOptions);
}

/** How the experiment's chips are read at a time after programming. */
export function readOptions({ experiment }: Setting, time: number): ReadOptions {
  const { compensation, wires } = experiment.hardware;
  return { time, compensation, ...(wires ? { wires } : {}) };
}
