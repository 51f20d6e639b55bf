import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, fold, type Key } from '../random/index.ts';
import type { Block, LayerMemory, Level } from './read-memory.ts';
import { TrapStates } from './trap-states.ts';

/** States after which a chain starts anew from its stationary law, so that any of them can be drawn in bounded time. */
const chain = 256;

/** Offsets of the cells of one copy on one tile: functions of the key, the cell and the block of reads. */
export class CellStates {
  readonly #memory: LayerMemory;
  readonly #std: Floats;
  /** Spread of a read in the fastest level, which moves with nearly every block. */
  readonly #fastest: Floats;
  readonly #levels: readonly LevelStates[];
  readonly #traps: TrapStates | undefined;
  readonly #slower: Floats;
  readonly #whole: Floats;
  #at: Block | undefined;

  /** `variance`: that of one read of every cell, [cells]; `jumps` as for `TrapStates`. */
  constructor(key: Key, memory: LayerMemory, variance: Floats, jumps: readonly Floats[] = []) {
    const like = () =>
      variance instanceof Float32Array ? new Float32Array(variance.length) : new Float64Array(variance.length);
    this.#memory = memory;
    this.#std = like();
    kernels().unary('sqrt', this.#std, variance);
    this.#fastest = like();
    kernels().scale(this.#fastest, this.#std, Math.sqrt(memory.levels[0]?.weight ?? 0), 0);
    const fresh = like();
    this.#levels = memory.levels.map(
      (level, l) => new LevelStates(fold(key, `level ${l}`), level, memory, like, fresh),
    );
    this.#traps = memory.traps && new TrapStates(fold(key, 'traps'), memory.traps, memory, jumps);
    this.#slower = like();
    this.#whole = like();
  }

  /** Offsets [cells] in a block; overwritten by those of the next one asked for. */
  offsets(at: Block): Floats {
    if (at.block === this.#at?.block && at.batch === this.#at.batch) return this.#whole;
    const { levels } = this.#memory;
    let moved = this.#at === undefined;
    this.#levels.forEach((level, l) => {
      if (level.moveTo(at) && l > 0) moved = true;
    });
    const { binary, axpy } = kernels();
    if (moved) {
      this.#slower.fill(0);
      for (let l = 1; l < levels.length; l++) axpy(this.#slower, Math.sqrt(levels[l]!.weight), this.#levels[l]!.values);
      binary('multiply', this.#slower, this.#slower, this.#std);
    }
    if (levels.length === 0) this.#whole.fill(0);
    else {
      binary('multiply', this.#whole, this.#levels[0]!.values, this.#fastest);
      if (levels.length > 1) axpy(this.#whole, 1, this.#slower);
    }
    this.#traps?.addTo(this.#whole, at);
    this.#at = at;
    return this.#whole;
  }
}

/**
 * One relaxation of all cells. States at the starts of batches are a chain; within a batch it goes on from block to block, between
 * the states of two starts as an Ornstein–Uhlenbeck bridge does.
 */
class LevelStates {
  /** Standard normals in the block moved to, [cells]. */
  readonly values: Floats;
  readonly #key: Key;
  readonly #level: Level;
  readonly #memory: LayerMemory;
  readonly #fresh: Floats;
  /** State at the start of a batch, or of a block that batches share, and at that of the next batch. */
  readonly #start: { number: number; first: number; readonly values: Floats };
  readonly #next: { number: number; readonly values: Floats } | undefined;
  #block = 0;

  constructor(key: Key, level: Level, memory: LayerMemory, like: () => Floats, fresh: Floats) {
    this.#key = key;
    this.#level = level;
    this.#memory = memory;
    this.#fresh = fresh;
    this.#start = { number: -1, first: 0, values: like() };
    this.values = level.between === 'on' ? this.#start.values : like();
    if (level.between === 'bridged') this.#next = { number: -1, values: like() };
  }

  /** Goes to a block of reads; whether the state there is another one. */
  moveTo({ batch, block }: Block): boolean {
    const { block: reads, stride } = this.#memory;
    const { block: own, between } = this.#level;
    const per = own / reads;
    if (between === 'on') return this.#begin(Math.floor((Math.floor((batch * stride) / reads) + block) / per), own);
    const within = Math.floor(block / per);
    const first = between === 'anew' ? Math.floor(within / chain) * chain : 0;
    const begun = between === 'anew' ? this.#beginAnew(batch, first) : this.#begin(batch, stride);
    if (!begun && within === this.#block) return false;
    if (begun || within < this.#block) {
      this.values.set(this.#start.values);
      this.#block = first;
    }
    while (this.#block < within) this.#step(batch);
    return true;
  }

  /** Draws the state that some blocks of a batch begin with; whether that is another one. */
  #beginAnew(batch: number, first: number): boolean {
    const start = this.#start;
    if (start.number === batch && start.first === first) return false;
    start.number = batch;
    start.first = first;
    fillNormal(fold(fold(fold(this.#key, 'anew'), batch), first), start.values);
    return true;
  }

  /** Takes the state of starts, so many reads apart, on to one of them; whether that is another one. */
  #begin(number: number, apart: number): boolean {
    const start = this.#start;
    if (start.number === number) return false;
    const first = Math.floor(number / chain) * chain;
    if (start.number < first || start.number > number) {
      fillNormal(fold(this.#key, first), start.values);
      start.number = first;
    }
    const kept = Math.exp(-apart / this.#level.time);
    while (start.number < number) {
      start.number++;
      this.#follow(start.values, start.values, kept, fold(this.#key, start.number));
    }
    return true;
  }

  /** One block on, within a batch. */
  #step(batch: number): void {
    const { time, block } = this.#level;
    const number = ++this.#block;
    const key = fold(fold(fold(this.#key, 'within'), batch), number);
    const kept = Math.exp(-block / time);
    const end = this.#endOf(batch);
    if (!end) {
      this.#follow(this.values, this.values, kept, key);
      return;
    }
    const rest = Math.exp(-Math.max(0, this.#memory.stride - number * block) / time);
    const whole = 1 - (kept * rest) ** 2;
    fillNormal(key, this.#fresh);
    kernels().scale(this.values, this.values, (kept * (1 - rest * rest)) / whole, 0);
    kernels().axpy(this.values, (rest * (1 - kept * kept)) / whole, end);
    kernels().axpy(this.values, Math.sqrt(((1 - kept * kept) * (1 - rest * rest)) / whole), this.#fresh);
  }

  /** State at the start of the next batch, where this level is bridged and that is of the same chain. */
  #endOf(batch: number): Floats | undefined {
    const next = this.#next;
    if (!next || (batch + 1) % chain === 0) return undefined;
    if (next.number !== batch + 1) {
      next.number = batch + 1;
      const kept = Math.exp(-this.#memory.stride / this.#level.time);
      this.#follow(next.values, this.#start.values, kept, fold(this.#key, next.number));
    }
    return next.values;
  }

  /** A state that keeps a share of another one. */
  #follow(out: Floats, state: Floats, kept: number, key: Key): void {
    fillNormal(key, this.#fresh);
    kernels().scale(out, state, kept, 0);
    kernels().axpy(out, Math.sqrt(1 - kept * kept), this.#fresh);
  }
}
