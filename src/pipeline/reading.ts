import { InputError, inTurns, type Job } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import { deviceOf, readCorrelation } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import {
  type ChipState,
  collect,
  type Events,
  type Outputs,
  predictChip,
  type Readout,
  sourceOf,
  type WeightLaw,
} from '../inference/index.ts';
import type { Network } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Chip, readInPieces } from '../transfer/index.ts';
import { chipCells } from './chip-cells.ts';

/** How a chip is read: what may change without programming it anew. */
export interface ReadingGiven {
  readonly device: Design['hardware']['device'];
  readonly sampling: Design['sampling'];
  readonly readNoise: boolean;
  readonly compensation: Design['hardware']['compensation'];
  readonly wires?: Design['hardware']['wires'];
  /** How cells are programmed that a source programs while it predicts. */
  readonly programming: Design['transfer']['programming'];
}

export function readingGiven({ hardware, sampling, transfer }: Design): ReadingGiven {
  const { device, readNoise, compensation, wires } = hardware;
  return { device, sampling, readNoise, compensation, wires, programming: transfer.programming };
}

/** Rows of a split; noise belongs to their numbers in it. */
export interface SplitRows {
  readonly name: string;
  readonly inputs: Float32Array;
  readonly count: number;
  /** Number of each row in its split; 0 … count − 1 where absent. */
  readonly numbers?: Int32Array;
}

/** One chip at one time, ready to be read. */
export interface Reading {
  /** Outputs of the first samples for the rows, of all by default, and what happened on the chip for them. */
  outputs(rows: SplitRows, job: Job, first?: number): Promise<{ readonly outputs: Outputs; readonly events: Events }>;
  /** The same in blocks of rows, each with the place of its first row, whose values are those of the next block afterwards. */
  blocks(rows: SplitRows, job: Job, each: (block: Outputs, row: number) => void, first?: number): Promise<Events>;
  /** All outputs of another start of the same chip: what it draws while it predicts is drawn anew. */
  again(start: number, rows: SplitRows, job: Job): Promise<Outputs>;
  /** What every weight is over the samples, where the source says it. */
  law(): WeightLaw | undefined;
}

/**
 * A chip at a time after programming, as the entropy source reads it. Noise depends on the chip's key, the split, the time,
 * the row's number and the sample alone.
 */
export async function openReading(
  key: Key,
  { device: reference, sampling, readNoise, compensation, wires, programming }: ReadingGiven,
  network: Network,
  posterior: Posterior,
  chip: Chip,
  readout: Readout,
  time: number,
  job: Job,
): Promise<Reading> {
  checkSource({ device: reference, sampling, readNoise }, posterior);
  const device = deviceOf(reference);
  const source = sourceOf(sampling);
  const how = { time, compensation, readNoise, ...(wires && { wires }) };
  const cells = chipCells(chip, device, programming, how);
  const state: ChipState = {
    network,
    posterior,
    ...(cells && { cells }),
    ...(await inTurns(readInPieces(chip, device, how), job)),
    readout,
    converterKey: fold(key, 'converters'),
    readCorrelation: lag => readCorrelation(device, lag, time),
  };
  const reads = fold(fold(key, 'reads'), String(time));
  // Fewer samples where a transfer makes fewer copies than the source asks for.
  const copies = source.copies(sampling);
  const share = copies > 1 ? Math.min(1, chip.plan.copies / copies) : 1;
  const samples = Math.floor(share * source.samples(sampling));
  const options = { ...sampling, samples };
  const samplerOf = (split: string, key = reads) => source.open(fold(key, split), state, options);
  const some = (count = samples) => ({ first: 0, count: Math.min(count, samples) });
  return {
    outputs: ({ name, ...rows }, job, first) => collect(samplerOf(name), network.outputs, rows, some(first), job),
    blocks: ({ name, ...rows }, job, each, first) =>
      predictChip(samplerOf(name), network.outputs, rows, some(first), job, each),
    again: async (start, { name, ...rows }, job) =>
      (await collect(samplerOf(name, fold(fold(reads, 'start'), start)), network.outputs, rows, some(), job)).outputs,
    law: () => source.law?.(reads, state, options),
  };
}

/** Refuses an entropy source that the device, the posterior or the noise of reads cannot serve. */
export function checkSource(
  { device, sampling, readNoise }: Pick<ReadingGiven, 'device' | 'sampling' | 'readNoise'>,
  posterior?: Pick<Posterior, 'kind'>,
): void {
  const lacking = sourceOf(sampling).lacks(deviceOf(device), posterior, sampling, { readNoise });
  if (lacking !== undefined) throw new InputError({ path: ['sampling', 'entropy'], rule: lacking });
}
