/** One demand on things of a kind; `check` throws an Error that says what was broken. Needs no test runner. */
export interface Demand<T> {
  readonly name: string;
  check(subject: T): void | Promise<void>;
}

/** Throws where a demand is not met. */
export function demand(met: boolean, message: string): asserts met {
  if (!met) throw new Error(message);
}
