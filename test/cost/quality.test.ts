import { expect, it } from 'vitest';
import { costOf, qualityOf, type Rival, strongestRival } from '../../src/cost/index.ts';
import { mlp } from './mlp.ts';

const loss = (low: number, high: number, rowsNeeded: number | null = 10) => ({
  mean: (low + high) / 2,
  low,
  high,
  margin: 0.01,
  rowsNeeded,
});

it('is as good where every upper bound is below its margin, worse where one lower bound is above', () => {
  expect(qualityOf({ nll: loss(-1, 0.009), accuracy: loss(-1, 0) }, 5)).toMatchObject({ verdict: 'as good', rows: 5 });
  expect(qualityOf({ nll: loss(-1, 0.01), accuracy: loss(-1, 0) }, 5).verdict).toBe('undecided');
  expect(qualityOf({ nll: loss(-1, 5), accuracy: loss(0.011, 0.1) }, 5).verdict).toBe('worse');
});

it('says how many rows would decide: as many as the last open loss needs', () => {
  const open = qualityOf({ nll: loss(0, 1, 300), accuracy: loss(0, 1, 70), brier: loss(0, 0, 9000) }, 5);
  expect(open).toMatchObject({ verdict: 'undecided', rowsNeeded: 300 });
  expect(qualityOf({ nll: loss(0, 1, 300), accuracy: loss(0, 1, null) }, 5).rowsNeeded).toBeNull();
});

it('lets only designs that predict as well be rivals, and the cheapest of them lead', () => {
  const rival = (predictor: Rival['predictor'], verdict: Rival['quality']['verdict']): Rival => ({
    predictor,
    samples: 1,
    weightBits: 4,
    quality: { verdict, losses: {}, rows: 1 },
  });
  const leader = (...rivals: Rival[]) => strongestRival(costOf(mlp, { kind: 'analog-core' }, { rivals }))!.name;
  expect(leader()).toBe('drawn pre-activations');
  expect(leader(rival('deterministic', 'as good'), rival('moment propagation', 'as good'))).toBe('deterministic');
  expect(leader(rival('deterministic', 'worse'), rival('moment propagation', 'as good'))).toBe('moment propagation');
  expect(leader(rival('deterministic', 'undecided'))).toBe('drawn pre-activations');
  // On a digital design nothing stands in for the analog one.
  expect(
    strongestRival(costOf({ ...mlp, entropy: 'generator' }, { kind: 'digital-sram', generator: 'clt' })),
  ).toBeUndefined();
});
