import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, fold, type Key } from '../random/index.ts';
import { readMixing } from './reads.ts';

/** What reads of a chip remember, in units of reads: one follows the other at equal intervals. */
export interface ReadMemory {
  /** Samples of one row of inputs, M. */
  readonly samples: number;
  /** Rows that are read in turn, B: read ⌊r/B⌋S + mB + r mod B is sample m of row r. */
  readonly batch: number;
  /** Reads from the first of one batch of rows to the first of the next, S, at least BM. */
  readonly stride: number;
  /** Parts of the noise of a cell with the reads after which they are forgotten; the rest of its variance is white. */
  readonly relaxations: readonly { readonly weight: number; readonly time: number }[];
}

/** How the noise of one layer is drawn. */
export interface LayerMemory extends Pick<ReadMemory, 'batch' | 'stride'> {
  /** Reads that share one state of the cells. */
  readonly block: number;
  /** What lasts longer than that, fastest first. */
  readonly levels: readonly Level[];
  /** Lower factor [samples, samples] of what the samples of a row share of the rest, drawn at the outputs. */
  readonly mixing: Float32Array;
}

/** One relaxation that cells carry: constant over `block` reads, of which a share `kept` is left in the next block. */
interface Level {
  readonly weight: number;
  readonly block: number;
  readonly kept: number;
}

/** Numbers drawn for states of cells for each number drawn for an output, at most. */
const stateCost = 8;

/** Blocks of a state last a quarter of the time in which it is forgotten, at most: linear in between, within 1 %. */
const blocksPerTime = 4;

/** Blocks after which a state starts anew from its stationary law, so that any of them can be drawn in bounded time. */
const chain = 256;

/**
 * Splits the noise of a layer with `lines` word lines that is read at `positions` in one pass. What cells forget slowly is an
 * offset of each cell, shared by positions, samples and rows, in blocks of reads; the rest is drawn at the outputs, its memory
 * between samples of one row included, which is exact where their inputs are the same. Blocks are as long as it takes for
 * states to cost a few times the noise at outputs.
 */
export function layerMemory(memory: ReadMemory, lines: number, positions: number): LayerMemory {
  const { samples, batch, stride, relaxations } = memory;
  const block = 4 ** Math.ceil(Math.max(0, Math.log(lines / positions / stateCost) / Math.log(4)));
  const slow = relaxations.filter(({ time }) => time >= blocksPerTime * block);
  const fast = relaxations.filter(({ time }) => time < blocksPerTime * block);
  const levels = slow
    .map(({ weight, time }) => {
      const own = block * 4 ** Math.floor(Math.log(time / blocksPerTime / block) / Math.log(4) + 1e-9);
      return { weight, block: own, kept: Math.exp(-own / time) };
    })
    .sort((a, b) => a.block - b.block);
  const rest = 1 - slow.reduce((sum, { weight }) => sum + weight, 0);
  const shared = (lag: number) =>
    rest > 0 ? fast.reduce((sum, { weight, time }) => sum + weight * Math.exp((-lag * batch) / time), 0) / rest : 0;
  const mixing = Float32Array.from(readMixing(samples, shared), entry => Math.sqrt(Math.max(0, rest)) * entry);
  return { batch, stride, block, levels, mixing };
}

/** Number of the block of reads that sample m of a row lies in. */
export function blockOf({ batch, stride, block }: LayerMemory, row: number, sample: number): number {
  const read = Math.floor(row / batch) * stride + sample * batch + (row % batch);
  return Math.floor(read / block);
}

/** Offsets of the cells of one tile: functions of the key, the cell and the number of the block. */
export class CellStates {
  readonly #key: Key;
  readonly #memory: LayerMemory;
  readonly #std: Floats;
  readonly #levels: { block: number; readonly values: Floats }[];
  readonly #fresh: Floats;
  readonly #slower: Floats;
  readonly #whole: Floats;
  #block = -1;

  /** `variance`: that of one read of every cell, [cells]. */
  constructor(key: Key, memory: LayerMemory, variance: Floats) {
    const like = () =>
      variance instanceof Float32Array ? new Float32Array(variance.length) : new Float64Array(variance.length);
    this.#key = key;
    this.#memory = memory;
    this.#std = like();
    kernels().unary('sqrt', this.#std, variance);
    this.#levels = memory.levels.map(() => ({ block: -1, values: like() }));
    this.#fresh = like();
    this.#slower = like();
    this.#whole = like();
  }

  /** Offsets [cells] in a block; overwritten by those of the next one asked for. */
  offsets(block: number): Floats {
    if (block === this.#block) return this.#whole;
    const { levels, block: reads } = this.#memory;
    let moved = this.#block < 0;
    levels.forEach((level, l) => {
      const own = Math.floor((block * reads) / level.block);
      if (this.#levels[l]!.block === own) return;
      this.#move(l, own);
      if (l > 0) moved = true;
    });
    if (moved) this.#sum(this.#slower, 1);
    this.#whole.set(this.#slower);
    if (levels.length > 0) kernels().axpy(this.#whole, Math.sqrt(levels[0]!.weight), this.#levels[0]!.values);
    kernels().binary('multiply', this.#whole, this.#whole, this.#std);
    this.#block = block;
    return this.#whole;
  }

  #sum(out: Floats, from: number): void {
    out.fill(0);
    const { levels } = this.#memory;
    for (let l = from; l < levels.length; l++)
      kernels().axpy(out, Math.sqrt(levels[l]!.weight), this.#levels[l]!.values);
  }

  /** Takes a level on to a block, from where it is or from the start of the block's chain. */
  #move(l: number, block: number): void {
    const { kept } = this.#memory.levels[l]!;
    const state = this.#levels[l]!;
    const start = Math.floor(block / chain) * chain;
    const key = fold(fold(this.#key, `level ${l}`), start / chain);
    if (state.block < start || state.block > block) {
      fillNormal(fold(key, 0), state.values);
      state.block = start;
    }
    while (state.block < block) {
      state.block++;
      fillNormal(fold(key, state.block - start), this.#fresh);
      kernels().scale(state.values, state.values, kept, 0);
      kernels().axpy(state.values, Math.sqrt(1 - kept * kept), this.#fresh);
    }
  }
}
