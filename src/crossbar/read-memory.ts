import { readMixing } from './reads.ts';
import type { TrapMemory } from './trap-states.ts';

/** What reads of a chip remember, in units of reads: one follows the other at equal intervals. */
export interface ReadMemory {
  /** Samples of one row of inputs, M. */
  readonly samples: number;
  /** Copies that they read in turn: sample m reads copy m modulo their number. */
  readonly copies: number;
  /** Rows that are read in turn, B: read ⌊r/B⌋S + mB + r mod B is sample m of row r. */
  readonly batch: number;
  /** Reads from the first of one batch of rows to the first of the next, S, at least BM. */
  readonly stride: number;
  /** Parts of the noise of a cell with the reads after which they are forgotten; the rest of its variance is white. */
  readonly relaxations: readonly { readonly weight: number; readonly time: number }[];
  /** Random telegraph noise of cells with traps, its time in reads; none where absent. */
  readonly traps?: Pick<TrapMemory, 'occupied' | 'time'>;
}

/** How the noise of one layer is drawn. */
export interface LayerMemory extends Pick<ReadMemory, 'batch' | 'stride' | 'copies'> {
  /** Reads that share one state of the cells. */
  readonly block: number;
  /** What lasts longer than that, fastest first. */
  readonly levels: readonly Level[];
  /** Lower factor [samples, samples] of what the samples of a row share of the rest, drawn at the outputs. */
  readonly mixing: Float32Array;
  readonly traps?: TrapMemory;
}

/** One relaxation that cells carry, constant over `block` reads. */
export interface Level {
  readonly weight: number;
  /** Reads after which a share 1/e is left. */
  readonly time: number;
  readonly block: number;
  /**
   * How it goes from one batch of rows to the next: 'anew' where it is forgotten by then, 'bridged' where its blocks are shorter than
   * the time between batches, 'on' where they are not.
   */
  readonly between: 'anew' | 'bridged' | 'on';
}

/** A block of reads that share one state of the cells: its batch of rows, and its number in there. */
export interface Block {
  readonly batch: number;
  readonly block: number;
}

/** Numbers drawn for states of cells for each number drawn for an output, at most. */
const stateCost = 8;

/** Blocks of a state last a quarter of the time in which it is forgotten, at most: linear in between, within 1 %. */
const blocksPerTime = 4;

/** Times after which a state counts as forgotten: a share of e⁻⁴ is left. */
const forgotten = 4;

/**
 * Splits the noise of a layer with `lines` word lines that is read at `positions` in one pass. What cells forget slowly is an
 * offset of each cell, shared by positions, samples and rows, in blocks of reads; the rest is drawn at the outputs, its memory
 * between samples of one row that read the same copy included, which is exact where their inputs are the same. Blocks are as
 * long as it takes for states to cost a few times the noise at outputs.
 */
export function layerMemory(memory: ReadMemory, lines: number, positions: number): LayerMemory {
  const { samples, copies, batch, stride, relaxations, traps } = memory;
  const cheap = Math.ceil(Math.max(0, Math.log(lines / positions / stateCost) / Math.log(4)));
  const block = Math.min(4 ** cheap, traps ? blockFor(traps.time, 1) : Number.POSITIVE_INFINITY);
  const slow = relaxations.filter(({ time }) => time >= blocksPerTime * block);
  const fast = relaxations.filter(({ time }) => time < blocksPerTime * block);
  const levels = slow
    .map(({ weight, time }) => {
      const own = blockFor(time, block);
      const between = stride > forgotten * time ? 'anew' : own < stride ? 'bridged' : 'on';
      return { weight, time, block: own, between } as const;
    })
    .sort((a, b) => a.block - b.block);
  const rest = 1 - slow.reduce((sum, { weight }) => sum + weight, 0);
  const shared = (lag: number) =>
    rest > 0 ? fast.reduce((sum, { weight, time }) => sum + weight * Math.exp((-lag * batch) / time), 0) / rest : 0;
  const inTurn = mixingInTurn(samples, copies, shared);
  const mixing = inTurn.map(entry => Math.sqrt(Math.max(0, rest)) * entry);
  const anew = traps !== undefined && stride > forgotten * traps.time;
  const own = traps && { traps: { ...traps, block: blockFor(traps.time, block), anew } };
  return { batch, stride, copies, block, levels, mixing, ...own };
}

/** Reads over which what is forgotten after `time` reads counts as constant: a power of 4 times `least`, or that itself. */
const blockFor = (time: number, least: number): number =>
  least * 4 ** Math.max(0, Math.floor(Math.log(time / blocksPerTime / least) / Math.log(4) + 1e-9));

/** As `readMixing` [samples, samples] where `copies` are read in turn: reads of two of them share nothing. */
export function mixingInTurn(samples: number, copies: number, correlation: (lag: number) => number): Float32Array {
  const reads = Math.ceil(samples / copies);
  const own = readMixing(reads, lag => correlation(lag * copies));
  const out = new Float32Array(samples * samples);
  for (let m = 0; m < samples; m++) {
    for (let n = m % copies; n <= m; n += copies) {
      out[m * samples + n] = own[Math.floor(m / copies) * reads + Math.floor(n / copies)]!;
    }
  }
  return out;
}

/** The block of reads that sample m of a row lies in; a batch begins where in a block its first read lies. */
export function blockOf({ batch, stride, block }: LayerMemory, row: number, sample: number): Block {
  const number = Math.floor(row / batch);
  const read = ((number * stride) % block) + sample * batch + (row % batch);
  return { batch: number, block: Math.floor(read / block) };
}
