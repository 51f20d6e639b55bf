import type { Remote } from './remote.ts';

/** How much memory tasks of each kind have been seen to take, and whether there is room for one more. */
export class Memory {
  readonly #peaks = new Map<string, number>();
  readonly #free: () => number;

  constructor(free: () => number) {
    this.#free = free;
  }

  note(kind: string, bytes: number): void {
    this.#peaks.set(kind, Math.max(bytes, this.#peaks.get(kind) ?? 0));
  }

  /**
   * Whether a task of this kind fits beside those under way, in a process that rests or else in a new one. What is free
   * has to hold what each process may still grow by; a kind not seen before counts with nothing. One task always fits.
   */
  fits(kind: string, resting: Remote | undefined, busy: ReadonlyMap<Remote, string>): boolean {
    let needed = this.#growth(kind, resting?.memory ?? 0);
    for (const [remote, own] of busy) needed += this.#growth(own, remote.memory);
    return busy.size === 0 || needed <= this.#free();
  }

  #growth(kind: string, taken: number): number {
    return Math.max(0, (this.#peaks.get(kind) ?? 0) - taken);
  }
}
