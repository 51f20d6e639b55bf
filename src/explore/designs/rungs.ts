import { type Fault, InputError } from '../../base/index.ts';
import type { Wanted } from '../../pipeline/index.ts';
import type { StudyGiven } from '../study-file/schema.ts';

/** Chips and rows of one piece of evidence. */
export interface Rung {
  readonly chips: readonly number[];
  readonly rows: NonNullable<Wanted['rows']>;
}

/** Chips to search on are numbered from here: those of runs, which confirm, begin at 0. */
const firstChip = 1000;

/**
 * The pieces that evidence comes in: the same chips and rows for every design, those of a step first in the next one. Where
 * rows are added, all chips are asked anew; else only those that are added are.
 */
export function rungsOf(fidelity: StudyGiven['fidelity'], rows: number): readonly Rung[] {
  const steps = fidelity.map(step => ({ chips: step.chips, rows: step.rows ?? rows }));
  const faults = steps.flatMap((step, i): Fault[] => {
    const before = steps[i - 1];
    const path = ['fidelity', i];
    if (step.rows > rows) {
      const hint = 'ask for fewer or keep more from training with search';
      return [
        { path: [...path, 'rows'], rule: `must be at most the ${rows} rows to search on`, value: step.rows, hint },
      ];
    }
    if (!before || isMore(step, before)) return [];
    const value = `${step.chips} chips and ${step.rows} rows after ${before.chips} and ${before.rows}`;
    return [{ path, rule: 'must have more than the step before it', value, hint: 'order the steps by chips and rows' }];
  });
  if (faults.length > 0) throw new InputError(faults);
  return steps.map((step, i) => {
    const before = steps[i - 1];
    const from = before && before.rows === step.rows ? before.chips : 0;
    return {
      chips: Array.from({ length: step.chips - from }, (_, c) => firstChip + from + c),
      rows: { split: 'search', from: 0, count: step.rows },
    };
  });
}

interface Step {
  readonly chips: number;
  readonly rows: number;
}

const isMore = (step: Step, before: Step): boolean =>
  step.chips >= before.chips && step.rows >= before.rows && (step.chips > before.chips || step.rows > before.rows);
