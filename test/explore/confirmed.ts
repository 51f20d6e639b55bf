import { check } from '../../src/base/index.ts';
import type { Bill } from '../../src/cost/index.ts';
import type { ConfirmedTrial } from '../../src/explore/confirm/confirmed.ts';
import type { DesignEvidence } from '../../src/explore/designs/evidence.ts';
import { goalsOf } from '../../src/explore/study-file/goals.ts';
import { studySchema } from '../../src/explore/study-file/schema.ts';
import { fieldsOf } from './moons.ts';

export const goals = (constraints: unknown[] = []) =>
  goalsOf(check(studySchema, fieldsOf({ objectives: ['nll', 'energyPerDecision'], constraints })), 'classification');

/** A bill of parts with these joules, each of a constant of its own name that is known to a factor of `spread`. */
export const billWith = (parts: readonly (readonly [name: string, energy: number])[], spread = 1.0000001): Bill => ({
  items: parts.map(([name, energy]) => ({
    name,
    title: name,
    energy,
    area: 0,
    spread: { energy: spread, area: 1 },
    scaled: false,
  })),
  standby: 0,
  workload: { samples: 1, effectiveSamples: 1 },
  operations: 1,
  latency: 1,
  interval: 1,
  period: 1,
});

/** Evidence of trainings whose chips have these values. */
export const trialOf = (
  trial: number,
  nll: readonly (readonly number[])[],
  energy: number,
  more: Partial<DesignEvidence> = {},
): ConfirmedTrial => {
  const evidence = nll.map(
    (values): DesignEvidence => ({
      chips: values.map((_, i) => i),
      rows: 100,
      values: { nll: values },
      rowVariance: { nll: 0 },
      prices: { energyPerDecision: energy },
      bill: billWith([['circuit', energy]]),
      trained: `training of ${trial}`,
      rowBlocks: { nll: [0, 0, 0, 0] },
      ...more,
    }),
  );
  return { trial, own: evidence[0]!, fresh: evidence, devices: [] };
};
