import type { Programming } from './group.ts';
import { type AgeingLaw, lineOf } from './laws.ts';
import type { Line } from './lines.ts';

/** The lines of laws through all programmings, made once for each law and start time. */
export class LawLines {
  readonly #programmings: readonly Pick<Programming, 'times' | 'means'>[];
  readonly #until: number;
  readonly #made = new Map<string, readonly (Line | null)[]>();

  /** Reads up to `until` count, s. */
  constructor(programmings: readonly Pick<Programming, 'times' | 'means'>[], until = Number.POSITIVE_INFINITY) {
    this.#programmings = programmings;
    this.#until = until;
  }

  /** Null where a programming has too few reads; [programmings]. */
  of(law: AgeingLaw, start: number): readonly (Line | null)[] {
    const name = `${law} ${start}`;
    const found = this.#made.get(name) ?? this.#programmings.map(p => lineOf(law, p, start, this.#until));
    this.#made.set(name, found);
    return found;
  }
}
