import { InputError, inTurns, type Job } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import type { Wires } from '../crossbar/index.ts';
import { correlationAt, deviceOf, procedureOf, trapLaw } from '../device/index.ts';
import { actualDevice, type Design } from '../experiment/index.ts';
import {
  type ChipState,
  collect,
  type Events,
  type Outputs,
  predictChip,
  type Readout,
  sourceOf,
  type WeightLaw,
  weightsHeldOnce,
} from '../inference/index.ts';
import type { Network } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Chip, compensations, deviceKeyOf, lastFit, programInPieces, readInPieces } from '../transfer/index.ts';
import { chipCells } from './chip-cells.ts';
import { wiresOf } from './design-facts.ts';
import { outputLines, straighten } from './output-lines.ts';

/** How a chip is read: what may change without programming it anew. */
export interface ReadingGiven {
  readonly device: Design['hardware']['device'];
  readonly sampling: Design['sampling'];
  readonly readNoise: boolean;
  readonly compensation: Design['hardware']['compensation'];
  readonly wires?: Wires;
  readonly refit?: number;
  readonly shared?: Design['hardware']['shared'];
  /** Number of the chip, by which it is of a lot; 0 by default. */
  readonly number?: number;
  readonly reprogram?: number;
  /** How cells are programmed anew, and those that a source programs while it predicts. */
  readonly programming: Design['transfer']['programming'];
}

export function readingGiven(design: Design): ReadingGiven {
  const { hardware, sampling, transfer } = design;
  const { device, readNoise, compensation, refit, shared, reprogram } = hardware;
  const { programming } = transfer;
  const wires = wiresOf(design);
  return { device, sampling, readNoise, compensation, wires, refit, shared, reprogram, programming };
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

/** The chip as it was last programmed before a time since the first programming, and the time since then, s. */
export async function lastProgrammed(
  chip: Chip,
  { device, programming, reprogram }: Pick<ReadingGiven, 'device' | 'programming' | 'reprogram'>,
  time: number,
  job: Job,
): Promise<{ readonly chip: Chip; readonly time: number }> {
  const times = reprogram === undefined ? 0 : Math.floor(time / reprogram);
  if (times === 0) return { chip, time };
  const { plan, key } = chip;
  if (!key) {
    throw new InputError({
      path: ['hardware', 'reprogram'],
      rule: 'programs cells anew, which cannot be said of a measured chip',
      hint: 'leave it out and measure the chip after each programming',
    });
  }
  const again = fold(fold(key, 'again'), times);
  const made = programInPieces(again, plan, deviceOf(device), procedureOf(programming), deviceKeyOf(key));
  return { chip: await inTurns(made, job), time: time - times * reprogram! };
}

/** How a chip is read at a time since its last programming. */
const looked = ({ compensation, refit, wires, shared, number = 0 }: ReadingGiven, first: Chip, time: number) => ({
  time,
  compensation,
  refit,
  ...(wires && { wires }),
  ...(first.key && { deviceKey: deviceKeyOf(first.key) }),
  ...(shared && first.key && { shared: { errors: shared, chip: number, key: first.key } }),
});

/** The weights that a chip of a design means at a time after its first programming, [copies, weights], without the noise of reads. */
export async function weightsOfChip(
  design: Design,
  number: number,
  first: Chip,
  since: number,
  job: Job,
): Promise<Float32Array> {
  const given = { ...readingGiven(design), device: actualDevice(design), number };
  const { chip, time } = await lastProgrammed(first, given, since, job);
  return (await inTurns(readInPieces(chip, deviceOf(given.device), looked(given, first, time)), job)).weights;
}

/**
 * A chip at a time after its first programming, as the entropy source reads it. Noise depends on the chip's key, the split, the time,
 * the row's number and the sample alone. `validation` are rows by which outputs are corrected, where the compensation does.
 */
export async function openReading(
  key: Key,
  given: ReadingGiven,
  network: Network,
  posterior: Posterior,
  first: Chip,
  readout: Readout,
  since: number,
  validation: Pick<SplitRows, 'inputs' | 'count'>,
  job: Job,
): Promise<Reading> {
  const { device: reference, sampling, readNoise, compensation, programming, refit } = given;
  checkSource(given, posterior);
  const device = deviceOf(reference);
  const source = sourceOf(sampling);
  const { chip, time } = await lastProgrammed(first, given, since, job);
  // Fewer samples where a transfer makes fewer copies than the source asks for.
  const copies = source.copies(sampling);
  const share = copies > 1 ? Math.min(1, chip.plan.copies / copies) : 1;
  const samples = Math.floor(share * source.samples(sampling));
  const options = { ...sampling, samples };
  const some = (count = samples) => ({ first: 0, count: Math.min(count, samples) });
  const readAt = async (time: number): Promise<ChipState> => {
    const how = { ...looked(given, first, time), readNoise };
    const cells = chipCells(chip, device, programming, how);
    const { jumps, ...read } = await inTurns(readInPieces(chip, device, how), job);
    return {
      network,
      posterior,
      heldOnce: chip.plan.heldOnce,
      ...(cells && { cells }),
      ...read,
      ...(jumps && { traps: { jumps, ...trapLaw(device.telegraph!) } }),
      readout,
      converterKey: fold(key, 'converters'),
      readCorrelation: correlationAt(device, time),
    };
  };
  const state = await readAt(time);
  const reads = fold(fold(key, 'reads'), String(since));
  const samplerOf = (split: string, key = reads) => source.open(fold(key, split), state, options);
  const lines = await outputLines(compensations[compensation], lastFit(time, refit), chip.plan, network, {
    validation,
    outputs: async (rows, at) => {
      const fits = fold(fold(key, 'fits'), String(at));
      const sampler = source.open(fits, at === time ? state : await readAt(at), options);
      return (await collect(sampler, network.outputs, rows, some(), quietly(job))).outputs;
    },
  });
  return {
    async outputs({ name, ...rows }, job, first) {
      const found = await collect(samplerOf(name), network.outputs, rows, some(first), job);
      straighten(found.outputs, lines);
      return found;
    },
    blocks: ({ name, ...rows }, job, each, first) =>
      predictChip(samplerOf(name), network.outputs, rows, some(first), job, (block, row) => {
        straighten(block, lines);
        each(block, row);
      }),
    async again(start, { name, ...rows }, job) {
      const own = samplerOf(name, fold(fold(reads, 'start'), start));
      const { outputs } = await collect(own, network.outputs, rows, some(), job);
      straighten(outputs, lines);
      return outputs;
    },
    law() {
      const law = source.law?.(reads, state, options);
      // All samples of an input share one reading of these.
      law?.std.fill(0, 0, weightsHeldOnce(network, chip.plan.heldOnce));
      return law;
    },
  };
}

const quietly = (job: Job): Job => ({ ...job, progress: () => {} });

/** Refuses an entropy source that the device, the posterior or the noise of reads cannot serve. */
export function checkSource(
  { device, sampling, readNoise }: Pick<ReadingGiven, 'device' | 'sampling' | 'readNoise'>,
  posterior?: Pick<Posterior, 'kind'>,
): void {
  const lacking = sourceOf(sampling).lacks(deviceOf(device), posterior, sampling, { readNoise });
  if (lacking !== undefined) throw new InputError({ path: ['sampling', 'entropy'], rule: lacking });
}
