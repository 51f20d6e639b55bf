import { describe, expect, test } from 'vitest';
import { deChazal } from '../../src/data/aami.ts';
import { accuracy, type Judged, judge, knowsPatients, macroF1, mitdb, recordOf, together } from './support/beats.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const folder = process.env.POSTEROHM_DATA;
/** How the settings of examples/mitdb.yaml were chosen takes long and is asked for by name. */
const asked = process.env.POSTEROHM_SELECTION;

/** Patients of DS1 left out together, so that each set has beats of every class that several patients have. */
const folds: readonly (readonly string[])[] = [
  ['209', '106', '115', '112'],
  ['201', '119', '122', '109'],
  ['207', '203', '101', '230'],
  ['118', '223', '205', '116'],
  ['220', '208', '108'],
  ['124', '114', '215'],
];

const plain = { classWeights: 0.75, initialStd: 0.2, temperature: 10, epochs: 12, batch: 256, rate: 0.005 };

const candidates: Readonly<Record<string, Record<string, unknown>>> = {
  'as in the example': {},
  'without intervals': { data: { intervals: false } },
  'not relative to the record': { data: { relative: false } },
  'window 0.28 s before, 0.42 s after': { data: { window: 0.7, before: 0.4, bins: 28 } },
  'spectrum alone': {
    data: { features: 'spectrum', window: 0.7, before: 0.4, bins: 32, relative: false, intervals: false },
  },
  'class weights ^0.5': { posterior: { classWeights: 0.5 } },
  'class weights ^1': { posterior: { classWeights: 1 } },
  'temperature 1': { posterior: { temperature: 1 } },
  'temperature 30': { posterior: { temperature: 30 } },
  '5 passes': { posterior: { epochs: 5 } },
  '20 passes': { posterior: { epochs: 20 } },
  'spread 0.05 at the start': { posterior: { initialStd: 0.05 } },
  '48 hidden units': { network: { layers: ['dense 48 relu', 'dense 5'] } },
  'trained without the hardware': { posterior: { ...plain, method: 'mean-field' } },
};

const seeds = [2, 3];

/** Decisions on every patient of DS1 by a chip that was trained without that patient. */
async function leftOut(seed: number, fields: Record<string, unknown>): Promise<Judged> {
  const parts: Judged[] = [];
  for (const fold of folds) parts.push(await judge(mitdb(seed, { ...fields, evaluate: { chips: 1 } }, fold), folder!));
  return together(parts);
}

describe.skipIf(!folder || !asked)(
  `settings for recorded heartbeats by leaving patients of DS1 out${asked ? '' : ' (needs POSTEROHM_SELECTION)'}`,
  () => {
    test('folds leave out every patient once', () => {
      expect(folds.flat().sort()).toEqual(deChazal.train);
    });

    test.each(Object.keys(candidates))('%s', async name => {
      const found: Judged[] = [];
      for (const seed of seeds) found.push(await leftOut(seed, candidates[name]!));
      expect(found.map(({ patients }) => patients.length)).toEqual(seeds.map(() => 22));
      const mean = (of: (judged: Judged) => number) => found.reduce((sum, one) => sum + of(one) / found.length, 0);
      const numbers = [
        macroF1,
        accuracy,
        (one: Judged) => recordOf(one, 'S').recall,
        (one: Judged) => recordOf(one, 'S').precision,
        (one: Judged) => recordOf(one, 'V').recall,
        (one: Judged) => recordOf(one, 'V').precision,
        (one: Judged) => knowsPatients(one, 'total'),
        (one: Judged) => knowsPatients(one, 'epistemic'),
      ].map(of => mean(of).toFixed(3));
      console.log(`${name.padEnd(36)}${numbers.join('  ')}`);
    });
  },
);
