import type { Floats } from '../kernels/index.ts';
import { fillUniform, fold, type Key } from '../random/index.ts';
import type { Block, LayerMemory } from './read-memory.ts';

/** Traps of a layer's cells, in units of reads. */
export interface TrapMemory {
  /** Probability that a trap is occupied. */
  readonly occupied: number;
  /** Reads after which a share 1/e of what is known of a trap is left: 1/(1/dwellHigh + 1/dwellLow); 0 where each read finds it anew. */
  readonly time: number;
  /** Reads over which a trap stays as it is. */
  readonly block: number;
  /** Whether each batch of rows finds the traps anew. */
  readonly anew: boolean;
}

/** Blocks after which traps are found anew, so that any of them can be drawn in bounded time. */
const chain = 256;

/** Random telegraph noise of the cells of one copy on one tile: two-state chains, functions of the key, the trap and the block. */
export class TrapStates {
  readonly #key: Key;
  readonly #of: TrapMemory;
  readonly #memory: LayerMemory;
  readonly #cells: Int32Array;
  readonly #jumps: Float64Array;
  readonly #low: Uint8Array;
  readonly #fresh: Float32Array;
  #batch = -1;
  #block = -1;

  /** `jumps`: what an occupied trap of each cell of a weight adds to the weight, 0 where there is none, [cells of a weight][weights]. */
  constructor(key: Key, of: TrapMemory, memory: LayerMemory, jumps: readonly Floats[]) {
    const traps = jumps.flatMap(each =>
      Array.from(each, (jump, cell) => ({ cell, jump })).filter(({ jump }) => jump !== 0),
    );
    this.#key = key;
    this.#of = of;
    this.#memory = memory;
    this.#cells = Int32Array.from(traps, ({ cell }) => cell);
    this.#jumps = Float64Array.from(traps, ({ jump }) => jump);
    this.#low = new Uint8Array(traps.length);
    this.#fresh = new Float32Array(traps.length);
  }

  /** Adds what occupied traps take from the weights in a block of reads. */
  addTo(offsets: Floats, { batch, block }: Block): void {
    const { block: reads, stride } = this.#memory;
    const { block: own, anew } = this.#of;
    const per = own / reads;
    if (anew) this.#moveTo(batch, Math.floor(block / per));
    else this.#moveTo(0, Math.floor((Math.floor((batch * stride) / reads) + block) / per));
    for (let i = 0; i < this.#cells.length; i++) if (this.#low[i]) offsets[this.#cells[i]!]! += this.#jumps[i]!;
  }

  #moveTo(batch: number, block: number): void {
    const { occupied, time, block: own } = this.#of;
    const first = Math.floor(block / chain) * chain;
    const draw = (number: number) => fillUniform(fold(fold(this.#key, batch), number), this.#fresh);
    if (batch !== this.#batch || this.#block < first || this.#block > block) {
      const fresh = draw(first);
      for (let i = 0; i < fresh.length; i++) this.#low[i] = Number(fresh[i]! < occupied);
      this.#batch = batch;
      this.#block = first;
    }
    const forget = time > 0 ? -Math.expm1(-own / time) : 1;
    while (this.#block < block) {
      const fresh = draw(++this.#block);
      for (let i = 0; i < fresh.length; i++) {
        const stays = occupied + (1 - occupied) * (1 - forget);
        this.#low[i] = Number(fresh[i]! < (this.#low[i] ? stays : occupied * forget));
      }
    }
  }
}
