import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeNpz, loadDataset, type NdArray } from '../../src/data/index.ts';
import { parseExperiment, resolveExperiment } from '../../src/experiment/index.ts';
import { type Outputs, probabilities } from '../../src/inference/index.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/files.ts';
import { decisions, detection, pairedTest, predictive, unseenDetection } from '../../src/uncertainty/index.ts';
import { check } from './support/claims.ts';
import { example, type Finished, runExperiment } from './support/experiment.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const data = process.env.POSTEROHM_DATA;

/** The example's own seed and four more, on none of which its options were chosen. */
const own = 7;
const seeds = [own, 11, 23, 31, 47];

const chips = ({ evaluations }: Finished, name: string) => evaluations[name]!.hardware.metrics;
/** Chips, paired by number, on which the likelihood of the variant `name` is better than that of `against`. */
const won = ({ evaluations }: Finished, name: string, against: string) =>
  pairedTest(
    evaluations[against]!.hardware.chips.map(({ nll }) => nll!),
    evaluations[name]!.hardware.chips.map(({ nll }) => nll!),
  ).wins;
const gain = (run: Finished, name: string, against: string) =>
  chips(run, against).nll!.mean - chips(run, name).nll!.mean;

function show(runs: readonly Finished[]): void {
  for (const { seed, evaluations } of runs) {
    for (const [name, { software, hardware }] of Object.entries(evaluations)) {
      const { accuracy, nll, ece, aurocUnseen } = hardware.metrics;
      const unseen = aurocUnseen ? `, unseen class ${aurocUnseen.mean.toFixed(3)}` : '';
      console.log(
        `seed ${seed}, ${(name || 'hardware-aware').padEnd(32)} accuracy ${accuracy!.mean.toFixed(3)}, NLL ${nll!.mean.toFixed(3)} [${nll!.chips!.low.toFixed(3)}, ${nll!.chips!.high.toFixed(3)}] (software ${software.metrics.nll!.mean.toFixed(3)}), ECE ${ece!.mean.toFixed(3)}${unseen}`,
      );
    }
  }
}

/** What hardware-aware training must win, on resistive and on phase-change memory. */
const betterThanPlain = ['plain', 'plain, same start'].flatMap(against =>
  ['', 'phase change'].map(device => ({
    name: `chips of 20 with better NLL than ${device ? `${device}, ${against}` : against}`,
    least: 18,
    digits: 0,
    measure: (run: Finished) => won(run, device, device ? `${device}, ${against}` : against),
  })),
);

/** Samples that uncertainty is judged with. */
const counts = [2, 5, 10, 20, 50];

describe('heartbeats', () => {
  const beats: (Finished & { readonly prediction: Readonly<Record<string, NdArray>> })[] = [];
  beforeAll(() => {
    for (const seed of seeds) {
      let prediction: Record<string, NdArray> = {};
      const run = runExperiment(example('heartbeats'), seed, [], out => {
        prediction = decodeNpz(readFileSync(join(out, 'prediction.npz')), 'prediction.npz');
      });
      beats.push({ ...run, prediction });
    }
  }, 7_200_000);

  test('training that knows the hardware predicts better on it', () => {
    show(beats);
    check<Finished>(
      [
        ...betterThanPlain,
        {
          name: 'NLL lost without the technological loss',
          least: 0.02,
          measure: r => gain(r, '', 'without the technological loss'),
        },
        { name: 'NLL lost without converters', least: 0.02, measure: r => gain(r, '', 'without converters') },
        { name: 'NLL lost without all', least: 0.1, measure: r => gain(r, '', 'plain, same start') },
      ],
      beats,
      own,
    );
  });

  test('one device per weight, or training without the technological loss, spoils the uncertainty (Bonnet23)', () => {
    const of = (metric: string, name: string) => (run: Finished) => chips(run, name)[metric]!.mean;
    const rise = (metric: string, from: string, to: string) => (run: Finished) =>
      of(metric, to)(run) - of(metric, from)(run);
    const [one, four] = ['one device per weight', 'four devices per weight'];
    check<Finished>(
      [
        { name: 'NLL: two devices over one', most: -0.03, measure: rise('nll', one, '') },
        {
          name: 'NLL: gain from two to four over that from one to two',
          most: 0.5,
          measure: r => rise('nll', '', four)(r) / rise('nll', one, '')(r),
        },
        { name: 'errors found, AUROC: two devices over one', least: 0.005, measure: rise('aurocError', one, '') },
        {
          name: 'errors found, AUROC: with the technological loss over without',
          least: 0.02,
          measure: rise('aurocError', 'without the technological loss', ''),
        },
        {
          name: 'unseen class, AUROC: hardware-aware over plain mean field',
          least: 0.05,
          measure: rise('aurocUnseen', 'plain', ''),
        },
        {
          name: 'unseen class, AUROC: four devices over two',
          most: 0.02,
          measure: rise('aurocUnseen', '', four),
        },
      ],
      beats,
      own,
    );
  });

  test('both uncertainties on the chip, over the number of samples (Bonnet23)', async () => {
    const { data: source } = resolveExperiment(parseExperiment(readFileSync(example('heartbeats'), 'utf8'), ''), '');
    const found = [];
    for (const { seed, prediction, evaluations } of beats) {
      const { labels } = (await loadDataset(fold(keyOf(seed), 'data'), source, nodeFiles('.'))).test;
      const { shape } = prediction['hardware/test']!;
      const [chips, , most] = shape as [number, number, number];
      const of = (name: string, chip: number, samples: number) => {
        const { shape, data: values } = prediction[name]!;
        const [count, outputs] = shape.slice(3) as [number, number];
        const from = chip * most * count * outputs;
        const part = Float32Array.from(values.subarray(from, from + samples * count * outputs) as Float32Array);
        const taken: Outputs = { values: part, samples, count, outputs };
        return predictive(probabilities(taken), samples, count, outputs);
      };
      const rows = counts.map(samples => {
        const row = { accuracy: 0, aleatoric: 0, epistemic: 0 };
        for (let chip = 0; chip < chips; chip++) {
          const seen = of('hardware/test', chip, samples);
          const chosen = decisions(seen.mean, seen.count, seen.classes);
          const wrong = Array.from(chosen, (d, i) => (d === labels[i] ? 0 : 1));
          row.accuracy += (1 - wrong.reduce((a: number, b) => a + b, 0) / wrong.length) / chips;
          row.aleatoric += detection(seen.aleatoric, wrong).auroc / chips;
          const unseen = of('hardware/unseen', chip, samples);
          row.epistemic += unseenDetection(seen.epistemic, unseen.epistemic).auroc / chips;
        }
        console.log(
          `seed ${seed}, M = ${samples}: accuracy ${row.accuracy.toFixed(3)}, errors by aleatoric ${row.aleatoric.toFixed(3)}, unseen class by epistemic ${row.epistemic.toFixed(3)}`,
        );
        return row;
      });
      expect(rows.at(-1)!.accuracy).toBeCloseTo(evaluations['']!.hardware.metrics.accuracy!.mean, 6);
      found.push({ seed, rows });
    }
    const at = (samples: number) => counts.indexOf(samples);
    const last = at(50);
    check<(typeof found)[0]>(
      [
        { name: 'M = 50: errors found by aleatoric uncertainty', least: 0.88, measure: r => r.rows[last]!.aleatoric },
        { name: 'M = 50: unseen class by epistemic uncertainty', least: 0.97, measure: r => r.rows[last]!.epistemic },
        {
          name: 'accuracy from M = 10 to 50, points',
          most: 1,
          measure: r => 100 * (r.rows[last]!.accuracy - r.rows[at(10)]!.accuracy),
        },
        {
          name: 'aleatoric AUROC from M = 10 to 50',
          most: 0.01,
          measure: r => r.rows[last]!.aleatoric - r.rows[at(10)]!.aleatoric,
        },
        {
          name: 'epistemic AUROC from M = 2 to 50',
          least: 0.01,
          measure: r => r.rows[last]!.epistemic - r.rows[0]!.epistemic,
        },
      ],
      found,
      own,
    );
  });
});

/** Of 144 passes hardware-aware training spends 16 on its start and 64 on the choice of its weight range. */
const searched = `name: searched
data: { source: heartbeats, unseen: [paced] }
network: { layers: [dense 16 relu, dense 8] }
posterior: { method: hardware-aware, initialStd: 0.2, epochs: 64 }
hardware: { device: oxram-hfo2, inputBits: 3, converters: { covered: 0.955 } }
transfer: { method: mean-field }
sampling: { entropy: frozen, samples: 50 }
evaluate: { chips: 20 }
variants:
  plain: { posterior: { method: mean-field, epochs: 144 } }
  phase change: { hardware: { device: pcm-ibm, time: 1 d } }
  phase change, plain: { hardware: { device: pcm-ibm, time: 1 d }, posterior: { method: mean-field, epochs: 144 } }
`;

test('heartbeats with the ranges of both searched', () => {
  const runs = seeds.map(seed => runExperiment(searched, seed));
  show(runs);
  check<Finished>(
    betterThanPlain.filter(({ name }) => name.endsWith('plain')),
    runs,
    own,
  );
});

const wired = `name: wires
data: { source: heartbeats, unseen: [paced] }
network: { layers: [dense 16 relu, dense 8] }
posterior: { method: hardware-aware, limit: 2, initialStd: 0.2, epochs: 120 }
hardware: { device: oxram-hfo2, inputBits: 3, converters: { covered: 0.955 }, wires: { rowResistance: 0.5, columnResistance: 0.5 } }
transfer: { method: mean-field }
sampling: { entropy: frozen, samples: 50 }
evaluate: { chips: 20 }
variants:
  without wires in training: { posterior: { wires: false } }
`;

test('training that knows the wires bears them', () => {
  const runs = seeds.map(seed => runExperiment(wired, seed));
  show(runs);
  const name = 'without wires in training';
  check<Finished>(
    [
      { name: 'chips of 20 with better NLL', least: 18, digits: 0, measure: r => won(r, '', name) },
      { name: 'NLL lost without wires', least: 0.05, measure: r => gain(r, '', name) },
      {
        name: 'points of accuracy lost without wires',
        least: 5,
        digits: 1,
        measure: r => 100 * (chips(r, '').accuracy!.mean - chips(r, name).accuracy!.mean),
      },
    ],
    runs,
    own,
  );
});

/** Of 72 passes hardware-aware training spends 8 on its start and 32 on the choice of its weight range. */
const digits = `name: digits
data: { source: idx, images: t10k-images-idx3-ubyte.gz, labels: t10k-labels-idx1-ubyte.gz, train: 7200, validation: 800, test: 2000 }
network: { layers: [dense 64 relu, dense 10] }
posterior: { method: hardware-aware, epochs: 32, batch: 200 }
hardware: { device: oxram-hfo2, array: { rows: 256, columns: 256 } }
transfer: { method: mean-field }
sampling: { entropy: frozen, samples: 10 }
evaluate: { chips: 20 }
variants:
  plain: { posterior: { method: mean-field, epochs: 72 } }
  plain, same start: { posterior: { technological: false, readNoise: false, stuck: false, converters: false } }
  without the technological loss: { posterior: { technological: false } }
  phase change: { hardware: { device: pcm-ibm, time: 1 d } }
  phase change, plain: { hardware: { device: pcm-ibm, time: 1 d }, posterior: { method: mean-field, epochs: 72 } }
  phase change, plain, same start:
    hardware: { device: pcm-ibm, time: 1 d }
    posterior: { technological: false, readNoise: false, stuck: false, converters: false }
  four times the spread: { hardware: { spread: 4 } }
  four times the spread, one copy: { hardware: { spread: 4 }, sampling: { entropy: frozen, samples: 1 } }
  four times the spread, plain: { hardware: { spread: 4 }, posterior: { method: mean-field, epochs: 72 } }
  four times the spread, one network, best range:
    hardware: { spread: 4 }
    posterior: { method: map, epochs: 72 }
    transfer: { method: deterministic }
  four times the spread, one network, wide range:
    hardware: { spread: 4 }
    posterior: { method: map, epochs: 72 }
    transfer: { method: deterministic, limit: 0.8 }
`;

describe.skipIf(!data)('ten thousand digits', () => {
  const runs: Finished[] = [];
  beforeAll(() => {
    const files = ['images-idx3', 'labels-idx1'].map(part => join(data!, 'mnist', `t10k-${part}-ubyte.gz`));
    for (const seed of seeds) runs.push(runExperiment(digits, seed, files));
  }, 7_200_000);

  test('training that knows the hardware predicts better on it', () => {
    show(runs);
    check<Finished>(betterThanPlain, runs, own);
  });

  test('training for the noise keeps the accuracy that training without it loses (Wan22)', () => {
    const points = (run: Finished, name: string) => 100 * chips(run, name).accuracy!.mean;
    const over = (name: string, against: string) => (run: Finished) => points(run, name) - points(run, against);
    const [ten, one] = ['four times the spread', 'four times the spread, one copy'];
    const [wide, best] = ['wide', 'best'].map(range => `four times the spread, one network, ${range} range`) as [
      string,
      string,
    ];
    check<Finished>(
      [
        {
          name: 'points over one network, in a range that cuts off few weights',
          least: 10,
          digits: 1,
          measure: over(one, wide),
        },
        {
          name: 'points over one network, range searched on simulated chips',
          least: 1,
          digits: 1,
          measure: over(one, best),
        },
        {
          name: 'ten copies: points over plain mean field',
          least: 10,
          digits: 1,
          fails: true,
          measure: over(ten, `${ten}, plain`),
        },
      ],
      runs,
      own,
    );
  });
});
