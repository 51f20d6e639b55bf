import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeNpz } from '../../src/data/index.ts';
import { probabilities } from '../../src/inference/index.ts';
import { calibrateStopping, type Trajectory, trajectoryOf } from '../../src/uncertainty/index.ts';
import { runExperiment } from './support/experiment.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const data = process.env.POSTEROHM_DATA;

const [samples, classes, chips, rows] = [50, 10, 3, 6000];

const digits = `name: digits
data: { source: idx, images: t10k-images-idx3-ubyte.gz, labels: t10k-labels-idx1-ubyte.gz, train: 3000, validation: 1000, test: ${rows} }
network: { layers: [dense 32 relu, dense 10] }
posterior: { method: mean-field, epochs: 60, batch: 200 }
hardware: { device: pcm-ibm, time: 20 s, array: { rows: 256, columns: 256 }, layout: tiles }
transfer: { method: mean-field }
sampling: { entropy: frozen, samples: ${samples} }
evaluate: { chips: ${chips}, times: [20 s] }
`;

/** Class probabilities of every row of each chip, [samples, classes], and the rows' labels. */
function predicted(out: string) {
  const arrays = decodeNpz(readFileSync(join(out, 'prediction.npz')), 'prediction.npz');
  const labels = arrays['labels/test']!.data as Int32Array;
  const logits = arrays['hardware/test']!.data as Float32Array;
  const size = samples * rows * classes;
  const each = Array.from({ length: chips }, (_, chip) => {
    const values = logits.slice(chip * size, (chip + 1) * size);
    const all = probabilities({ values, samples, count: rows, outputs: classes });
    return Array.from({ length: rows }, (_, row) =>
      Float32Array.from({ length: samples * classes }, (_, i) => {
        const [m, c] = [Math.floor(i / classes), i % classes];
        return all[(m * rows + row) * classes + c]!;
      }),
    );
  });
  return { labels, each };
}

/** Half of the rows calibrate, the other half is judged: samples taken, decisions changed, NLL lost and its one-sided bound. */
function judged(own: readonly Float32Array[], labels: Int32Array, half: number, nll: number | undefined) {
  const trajectory = (row: number, promised = nll): Trajectory =>
    trajectoryOf(own[row]!, samples, classes, labels[row], promised);
  const [calibration, test] = [half, 1 - half].map(part =>
    Array.from({ length: rows / 2 }, (_, i) => 2 * i + part),
  ) as [number[], number[]];
  const rule = calibrateStopping(
    calibration.map(row => trajectory(row)),
    { risk: 0.002, error: 0.05, nll },
  );
  const taken = test.map(row => {
    const { margins } = trajectory(row);
    const first = margins.findIndex(margin => margin > rule.lambda);
    return first < 0 ? samples : first + 1;
  });
  const log = (row: number, m: number) => {
    let sum = 0;
    for (let s = 0; s < m; s++) sum += own[row]![s * classes + labels[row]!]! / m;
    return Math.log(Math.max(sum, Number.EPSILON));
  };
  const lost = test.map((row, i) => log(row, samples) - log(row, taken[i]!));
  const mean = (of: readonly number[]) => of.reduce((sum, x) => sum + x / of.length, 0);
  const loss = mean(lost);
  const error = Math.sqrt(mean(lost.map(x => (x - loss) ** 2)) / lost.length);
  return {
    samples: mean(taken),
    fixed: rule.fixedSamples,
    changed: mean(test.map((row, i) => trajectory(row).differs[taken[i]! - 1]!)),
    loss,
    bound: loss + 1.645 * error,
  };
}

describe.skipIf(!data)('samples that stop on digits, given the chip', () => {
  test('keep decisions with a tenth of the samples, and the likelihood with a third', () => {
    let found: ReturnType<typeof predicted> | undefined;
    const files = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map(name => join(data!, 'mnist', name));
    runExperiment(digits, 1, files, out => {
      found = predicted(out);
    });
    const { labels, each } = found!;
    const of = (nll?: number) => {
      const cases = each.flatMap(own => [0, 1].map(half => judged(own, labels, half, nll)));
      const mean = (name: keyof (typeof cases)[number]) =>
        cases.reduce((sum, found) => sum + found[name] / cases.length, 0);
      const most = Math.max(...cases.map(({ bound }) => bound));
      const all = {
        ...Object.fromEntries(
          (['samples', 'fixed', 'changed', 'loss', 'bound'] as const).map(name => [name, mean(name)]),
        ),
        most,
      };
      console.log(nll === undefined ? 'decisions alone' : `NLL within ${nll}`, all);
      return { samples: mean('samples'), fixed: mean('fixed'), changed: mean('changed'), loss: mean('loss') };
    };
    const [decided, both] = [of(), of(0.002)];
    expect(decided.samples).toBeLessThan(decided.fixed / 6);
    expect(both.samples).toBeLessThan(both.fixed / 2.5);
    for (const { changed } of [decided, both]) expect(changed).toBeLessThan(0.002);
    expect(both.loss).toBeLessThan(0.002);
  });
});
