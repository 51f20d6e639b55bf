import type { Floats } from '../kernels.ts';
import type { Exports } from './module.ts';

export type Numbers = Floats | Int32Array | Uint32Array;

/** Numbers of a copy from which on the platform's own copying is quicker than a loop. */
const MANY = 48;

/** Numbers that kernels without products between them take at a time: some arrays of them fit the second cache. */
export const PIECE = 8192;

/**
 * The one memory of the module. Arrays of callers are ordinary ones, so that numbers are copied in and out: a call opens
 * the memory, shares out places for its operands, copies, computes and copies back. It grows to the largest call there was,
 * which kernels keep bounded by working in pieces.
 */
export class Memory {
  readonly module: Exports;
  readonly #first: number;
  #next: number;
  #bytes = 0;
  #singles = new Float32Array();
  #doubles = new Float64Array();
  #words = new Uint32Array();
  #integers = new Int32Array();

  constructor(module: Exports) {
    this.module = module;
    this.#first = module.room();
    this.#next = this.#first;
    this.#look();
  }

  /** Frees all places, or those from `at` on. */
  open(at = this.#first): void {
    this.#next = at;
  }

  /** A place of as many bytes, on a vector's boundary and with room for more than a vector behind them. */
  place(bytes: number): number {
    const at = this.#next;
    this.#next = (at + bytes + 63) & ~15;
    if (this.#next > this.#bytes) this.#grow(this.#next - this.#bytes);
    return at;
  }

  /** A place with `count` numbers of x, those from `from` on. */
  copyOf(x: Numbers, from = 0, count = x.length - from): number {
    const at = this.place(count * x.BYTES_PER_ELEMENT);
    this.put(at, x, from, count);
    return at;
  }

  /** Copies `count` numbers of x, those from `from` on, to a place. */
  put(at: number, x: Numbers, from: number, count: number): void {
    const view = this.#view(x);
    const to = at / x.BYTES_PER_ELEMENT;
    if (count < MANY) for (let i = 0; i < count; i++) view[to + i] = x[from + i]!;
    else view.set(count === x.length ? x : x.subarray(from, from + count), to);
  }

  /** Copies `count` numbers at a place to x, from `from` on. */
  take(x: Numbers, from: number, count: number, at: number): void {
    const view = this.#view(x);
    const first = at / x.BYTES_PER_ELEMENT;
    if (count < MANY) for (let i = 0; i < count; i++) x[from + i] = view[first + i]!;
    else x.set(view.subarray(first, first + count), from);
  }

  /** All memory as numbers of the kind of x. */
  #view(x: Numbers): Numbers {
    if (x instanceof Float32Array) return this.#singles;
    if (x instanceof Float64Array) return this.#doubles;
    return x instanceof Int32Array ? this.#integers : this.#words;
  }

  #grow(bytes: number): void {
    this.module.memory.grow(Math.ceil(bytes / 65536));
    this.#look();
  }

  /** Growing leaves earlier views empty. */
  #look(): void {
    const { buffer } = this.module.memory;
    this.#bytes = buffer.byteLength;
    this.#singles = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#integers = new Int32Array(buffer);
  }
}

/** Bytes that a short array takes once the module has repeated it (`repeat` in wasm/elementwise.ts). */
export const repeatedBytes = (x: Floats, count = x.length): number => 16 * count + 1024 + count * x.BYTES_PER_ELEMENT;
