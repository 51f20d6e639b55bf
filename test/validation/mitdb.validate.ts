import { beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/index.ts';
import {
  accuracy,
  areaByPatient,
  type Judged,
  judge,
  knowsPatients,
  macroF1,
  mitdb,
  recordOf,
  surerHalf,
} from './support/beats.ts';
import { check } from './support/claims.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const folder = process.env.POSTEROHM_DATA;

/** The example's own seed and four more. */
const own = 1;
const seeds = [own, 2, 3, 4, 5];

describe.skipIf(!folder)(
  `recorded heartbeats on chips a day after programming, patients apart${folder ? '' : ' (needs POSTEROHM_DATA)'}`,
  () => {
    const runs: Judged[] = [];
    beforeAll(async () => {
      for (const seed of seeds) runs.push(await judge(mitdb(seed), folder!));
    });

    test('the records hold the beats that their annotations say, but for windows cut off', async () => {
      const { data } = mitdb(own);
      const { train, validation, test: ds2, groupNames } = await loadDataset(keyOf(own), data, nodeFiles(folder!));
      const counts = (...splits: (typeof ds2)[]) =>
        [0, 1, 2, 3, 4].map(c =>
          splits.reduce((sum, { labels }) => sum + labels.filter(label => label === c).length, 0),
        );
      // Python: struct.unpack of the .atr files, codes by WFDB's table, beats at least 108 samples from both ends.
      expect(counts(train, validation)).toEqual([45852, 944, 3788, 414, 8]);
      expect(counts(ds2)).toEqual([44245, 1837, 3220, 388, 7]);
      expect(groupNames).toHaveLength(44);
    });

    test('beats by class, against what was to be reached and what software reached before (de Chazal 2004)', () =>
      check<Judged>(
        [
          { name: 'weights of the network', most: 2000, digits: 0, measure: weights },
          { name: 'ventricular: sensitivity', least: 0.93, measure: run => recordOf(run, 'V').recall },
          { name: 'ventricular: positive predictivity', least: 0.85, measure: run => recordOf(run, 'V').precision },
          { name: 'supraventricular: sensitivity', least: 0.8, measure: run => recordOf(run, 'S').recall },
          {
            name: 'supraventricular: positive predictivity',
            least: 0.42,
            measure: run => recordOf(run, 'S').precision,
          },
          { name: 'ventricular: sensitivity, published', least: 0.777, measure: run => recordOf(run, 'V').recall },
          {
            name: 'ventricular: positive predictivity, published',
            least: 0.819,
            measure: run => recordOf(run, 'V').precision,
          },
          { name: 'supraventricular: sensitivity, published', least: 0.759, measure: run => recordOf(run, 'S').recall },
          {
            name: 'supraventricular: positive predictivity, published',
            least: 0.385,
            measure: run => recordOf(run, 'S').precision,
          },
          { name: 'mean F1 of N, S and V', least: 0.8, measure: macroF1 },
          { name: 'accuracy (always answering normal: .890)', least: 0.89, measure: accuracy },
        ],
        runs,
        own,
      ));

    test('uncertainty knows the patients on whom chips err', () =>
      check<Judged>(
        [
          {
            name: 'Spearman, disagreement of samples and errors by patient',
            least: 0.5,
            fails: true,
            measure: run => knowsPatients(run, 'epistemic'),
          },
          {
            name: 'errors on the surer half of the patients over those on all',
            most: 0.67,
            fails: true,
            measure: run => surerHalf(run, 'epistemic'),
          },
          {
            name: 'area under errors over patients answered, over mean errors',
            most: 0.67,
            measure: run => areaByPatient(run, 'epistemic'),
          },
        ],
        runs,
        own,
      ));
  },
);

function weights(): number {
  const { network } = mitdb(own);
  return buildNetwork(network.layers, [29], { count: 5, reason: 'five classes' }).size;
}
