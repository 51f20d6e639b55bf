/** Running mean and variance of positions (Welford), from which the diagonal mass matrix is taken. */
export class Variances {
  #count = 0;
  #mean: Float64Array;
  #squares: Float64Array;

  constructor(size: number) {
    this.#mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  add(position: Float64Array): void {
    this.#count++;
    for (let i = 0; i < position.length; i++) {
      const difference = position[i]! - this.#mean[i]!;
      this.#mean[i]! += difference / this.#count;
      this.#squares[i]! += difference * (position[i]! - this.#mean[i]!);
    }
  }

  /** Variances drawn towards 1e-3 as if by five more draws: Stan Reference Manual, section on HMC parameters. */
  regularised(): Float64Array {
    const n = this.#count;
    return this.#squares.map(s => (n / (n + 5)) * (s / (n - 1)) + 1e-3 * (5 / (n + 5)));
  }

  reset(): void {
    this.#count = 0;
    this.#mean.fill(0);
    this.#squares.fill(0);
  }

  save() {
    return { count: this.#count, mean: this.#mean.slice(), squares: this.#squares.slice() };
  }

  load({ count, mean, squares }: ReturnType<Variances['save']>): void {
    this.#count = count;
    this.#mean = mean;
    this.#squares = squares;
  }
}

/**
 * Warm-up steps after which the mass matrix is renewed: after a first part for the step size alone come windows that
 * double in length, then a last part for the step size alone. Lengths 75, 25 and 50 where there is room, else 15 %,
 * 75 % and 10 %: Stan Reference Manual, section on automatic parameter tuning.
 */
export function massWindows(warmup: number): { readonly first: number; readonly ends: readonly number[] } {
  if (warmup < 20) return { first: warmup, ends: [] };
  let first = 75;
  let base = 25;
  let last = 50;
  if (first + base + last > warmup) {
    first = Math.floor(0.15 * warmup);
    last = Math.floor(0.1 * warmup);
    base = warmup - first - last;
  }
  const stop = warmup - last;
  const ends: number[] = [];
  let start = first;
  let length = base;
  while (start < stop) {
    const end = start + length + 2 * length > stop ? stop : start + length;
    ends.push(end);
    start = end;
    length *= 2;
  }
  return { first, ends };
}
