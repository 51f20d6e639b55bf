import type { Figure } from '../../src/report/figure.ts';
import { arrayMap } from '../../src/report/figures/array-map.ts';
import { conductanceScatter } from '../../src/report/figures/conductance-scatter.ts';
import { curves } from '../../src/report/figures/curves.ts';
import { decisionMaps } from '../../src/report/figures/decision-maps.ts';
import type { Grid } from '../../src/report/figures/grid.ts';
import { intervalCoverage } from '../../src/report/figures/interval-coverage.ts';
import { overTime } from '../../src/report/figures/over-time.ts';
import { rankHistograms } from '../../src/report/figures/rank-histogram.ts';
import { reliabilityDiagram } from '../../src/report/figures/reliability-diagram.ts';
import { riskCoverageFigure } from '../../src/report/figures/risk-coverage.ts';
import { uncertaintyMaps } from '../../src/report/figures/uncertainty-maps.ts';
import { varianceParts } from '../../src/report/figures/variance-parts.ts';
import { variantComparison } from '../../src/report/figures/variant-comparison.ts';
import { weightDistributions } from '../../src/report/figures/weight-distributions.ts';
import { metricsTable } from '../../src/report/metrics-table.ts';
import type { Report } from '../../src/report/report.ts';
import { reliabilityBins, riskCoverage } from '../../src/uncertainty/index.ts';
import { studyFigures } from './study.ts';

/** Made-up data with the looks of a run, from plain arithmetic, so that every machine draws the same figures. */
let state = 1;
function uniform(): number {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}
function normal(): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += uniform();
  return sum;
}
const list = (count: number, value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const entropy = (p: number) => -(p * Math.log(p) + (1 - p) * Math.log(1 - p));

const grid: Grid = { x: [-2, 3], y: [-1.5, 2], columns: 60, rows: 50, xTitle: 'x₁', yTitle: 'x₂' };
const at = (n: number): [number, number] => [-2 + (5 * (n % 60)) / 59, -1.5 + (3.5 * Math.floor(n / 60)) / 49];
const lead = (x: number, y: number, shift: number) => 5 * (Math.sin(2.4 * (x - 0.3 + shift)) * 0.55 + 0.25 + shift - y);
const far = (x: number, y: number) => Math.min(1, ((x - 0.5) ** 2 + (y - 0.25) ** 2) / 6);
const probability = (shift: number) =>
  list(3000, n => {
    const [x, y] = at(n);
    return 0.5 + (sigmoid(lead(x, y, shift)) - 0.5) * (1 - 0.45 * far(x, y));
  });
const software = probability(0);
const hardware = probability(0.05);
const rowsOf = (p: readonly number[]) => p.flatMap(v => [1 - v, v]);

function moons() {
  state = 7;
  const x: number[] = [];
  const y: number[] = [];
  const label: number[] = [];
  for (let i = 0; i < 160; i++) {
    const angle = Math.PI * uniform();
    const c = i % 2;
    x.push((c === 0 ? Math.cos(angle) : 1 - Math.cos(angle)) + 0.2 * normal());
    y.push((c === 0 ? Math.sin(angle) : 0.5 - Math.sin(angle)) + 0.2 * normal());
    label.push(c);
  }
  return { x, y, label };
}

function predictions(sharpness: number) {
  const p: number[] = [];
  const labels: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const u = 6 * (uniform() - 0.5);
    labels.push(uniform() < sigmoid(1.6 * u) ? 1 : 0);
    p.push(1 - sigmoid(sharpness * u), sigmoid(sharpness * u));
  }
  return { p: Float64Array.from(p), labels };
}

function judged(sharpness: number) {
  state = 11;
  const { p, labels } = predictions(sharpness);
  const wrong = labels.map((label, n) => (p[2 * n + 1]! > 0.5 === (label === 1) ? 0 : 1));
  const doubt = labels.map((_, n) => entropy(p[2 * n]!));
  const sure = labels.map((_, n) => Math.max(p[2 * n]!, p[2 * n + 1]!));
  return { bins: reliabilityBins(sure, wrong), ...riskCoverage(doubt, wrong) };
}

function cells() {
  state = 13;
  const rows = 64;
  const columns = 96;
  const target = list(rows * columns, i => (i % columns < 90 ? 20e-6 + 110e-6 * uniform() ** 2 : Number.NaN));
  const conductance = target.map(g => Math.abs(g + (14e-6 - (9e-6 * (g - 20e-6)) / 130e-6) * normal()));
  return { rows, columns, target, conductance };
}

const about = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half });

/** Every figure by name. */
export const gallery: Readonly<Record<string, () => Figure>> = {
  ...studyFigures,
  'decision-maps': () =>
    decisionMaps({
      grid,
      classNames: ['upper moon', 'lower moon'],
      maps: [
        { title: 'Software', probabilities: rowsOf(software) },
        { title: 'Hardware, one chip', probabilities: rowsOf(hardware) },
      ],
      points: moons(),
    }),
  'decision-maps-three-classes': () =>
    decisionMaps({
      grid: { ...grid, columns: 40, rows: 40 },
      classNames: ['normal', 'ventricular', 'paced'],
      maps: [
        {
          title: 'Software',
          probabilities: list(1600, n => n).flatMap(n => {
            const e = [0, 2, 4].map(turn =>
              Math.exp(2.5 * Math.cos(Math.atan2(Math.floor(n / 40) - 19.5, (n % 40) - 19.5) - turn)),
            );
            return e.map(v => v / (e[0]! + e[1]! + e[2]!));
          }),
        },
      ],
    }),
  'uncertainty-maps': () =>
    uncertaintyMaps({
      grid,
      quantities: [
        {
          name: 'Aleatoric',
          unit: 'nat',
          maps: [
            { title: 'Software', values: software.map(entropy) },
            { title: 'Hardware', values: hardware.map(entropy) },
          ],
        },
        {
          name: 'Epistemic',
          unit: 'nat',
          maps: [
            { title: 'Software', values: software.map((p, n) => 0.4 * entropy(p) * far(...at(n))) },
            { title: 'Hardware', values: hardware.map((p, n) => 0.02 + 0.36 * entropy(p) * far(...at(n))) },
          ],
        },
      ],
    }),
  'weight-distributions': () => {
    state = 5;
    return weightDistributions({
      weights: list(6, i => i).map(i => ({
        name: `layer ${1 + (i % 2)}, weight ${i + 1}`,
        posterior: list(800, () => (i === 4 && uniform() < 0.4 ? -1.6 : 0.4 * i - 1) + 0.35 * normal()),
        realised: list(200, () => (i === 4 && uniform() < 0.4 ? -1.6 : 0.4 * i - 1) + 0.42 * normal()),
      })),
    });
  },
  'array-map': () => arrayMap(cells()),
  'reliability-diagram': () =>
    reliabilityDiagram({
      series: [
        { name: 'Software', bins: judged(1.5).bins },
        { name: 'Hardware', bins: judged(2.1).bins },
        { name: 'Deterministic', bins: judged(4).bins },
      ],
    }),
  'interval-coverage': () =>
    intervalCoverage({
      series: [
        {
          name: 'Software',
          points: list(19, i => (i + 1) / 20).map(level => ({
            level,
            coverage: level ** 1.05,
            ...about(level ** 1.05, 0),
          })),
        },
        {
          name: 'Hardware',
          points: list(19, i => (i + 1) / 20).map(level => ({
            level,
            coverage: level ** 1.3,
            ...about(level ** 1.3, 0.03),
          })),
        },
      ],
    }),
  'risk-coverage': () =>
    riskCoverageFigure({
      series: [1.5, 4].map((sharpness, i) => {
        const { coverage, risk } = judged(sharpness);
        const scaled = risk.map(r => r * (1 + 0.25 * i));
        return {
          name: ['Software', 'Hardware, mean of 8 chips'][i]!,
          coverage,
          risk: scaled,
          ...(i === 1 && { low: scaled.map(r => 0.85 * r), high: scaled.map(r => 1.15 * r) }),
        };
      }),
    }),
  curves: () => {
    state = 17;
    return curves({
      xTitle: 'training step',
      yTitle: 'negative ELBO (nat)',
      yType: 'log',
      series: ['device-tied', 'mean-field'].map((name, s) => ({
        name,
        x: list(200, i => 10 * i),
        y: list(200, i => 60 + 400 * Math.exp(-i / (20 + 15 * s)) + 4 * normal()),
      })),
    });
  },
  'over-time': () =>
    overTime({
      metric: 'accuracy',
      reference: { name: 'software', value: 0.959 },
      series: ['joint', 'device-tied'].map((name, s) => ({
        name,
        points: [0, 20, 3600, 86400, 2592000].map((time, i) => ({
          time,
          ...about(0.957 - 0.004 * i * (1 - 0.7 * s), 0.003),
        })),
      })),
    }),
  'rank-histogram': () =>
    rankHistograms({
      runs: 200,
      panels: [
        { name: 'too narrow', series: [{ name: 'ranks', of: 240, counts: list(15, b => 9 + (b - 7) ** 2 * 0.375) }] },
        {
          name: 'two chains',
          series: [0, 1].map(c => ({
            name: `chain ${c + 1}`,
            of: 225,
            counts: list(15, b => 15 + (c - 0.5) * (b - 7)),
          })),
        },
      ],
    }),
  'variance-parts': () =>
    varianceParts({
      quantity: '1 − Σ p̄²',
      parts: [
        { name: 'posterior: weight vectors', mean: 0.0058, low: 0.0053, high: 0.0063, wanted: true },
        { name: 'device to device: chips', mean: -0.0004, low: -0.0012, high: 0.0004, wanted: false },
        { name: 'read: noise of single reads', mean: 0.0012, low: 0.0011, high: 0.0013, wanted: true },
      ],
    }),
  'variant-comparison': () => {
    const variants = ['this experiment', 'mixture', 'device-tied', 'joint, half the spread', 'deterministic'];
    const metric = (name: string, best: number, loss: number, software?: readonly number[]) => ({
      name,
      software,
      hardware: variants.map((_, v) => about(best - loss * [0.2, 0.6, 0.06, 0.1, 1][v]!, 0.1 * loss * (1 + v))),
    });
    return variantComparison({
      variants,
      metrics: [
        metric('accuracy', 0.96, 0.04, [0.959, 0.959, 0.97, 0.959, 0.95]),
        metric('NLL (nat)', 0.128, -0.2, [0.128, 0.128, 0.12, 0.128, 0.15]),
        metric('decisions kept', 1, 0.05),
        metric('epistemic r', 1, 0.3),
      ],
    });
  },
  'conductance-scatter': () => {
    const { target, conductance } = cells();
    const used = target.flatMap((g, i) => (Number.isNaN(g) ? [] : [i]));
    return conductanceScatter({
      target: used.map(i => target[i]!),
      programmed: used.map(i => conductance[i]!),
      model: list(14, i => 20e-6 + 10e-6 * i).map(g => ({
        target: g,
        mean: g,
        std: 14e-6 - (9e-6 * (g - 20e-6)) / 130e-6,
      })),
    });
  },
};

/** A report with every figure, as a pipeline would hand it over. */
export function galleryReport(): Report {
  const figure = (name: string, caption: string) => ({ figure: gallery[name]!(), caption });
  return {
    title: 'Two moons on filamentary RRAM, one SET pulse per device',
    summary: [
      'A Bayesian network of 82 weights (2–16–2, tanh) was trained on 256 points of the two-moons data with NUTS. 99 posterior samples were programmed into one array of 16,384 devices (oxram-hfo2), with one SET pulse per device and no verification.',
      'On 8 simulated chips the accuracy is 95.7 % against 95.9 % in software; 98.9 % of the decisions are the same. Ambiguity of the data (aleatoric) survives almost whole, doubt of the model (epistemic) with a correlation of 0.85.',
    ],
    results: metricsTable(
      [
        { name: 'Software', values: { accuracy: 0.959, nll: 0.128, ece: 0.0123, aurocError: 0.934 } },
        {
          name: 'Hardware, mean of 8 chips [95 %]',
          values: {
            accuracy: about(0.957, 0.003),
            nll: about(0.2, 0.011),
            ece: about(0.0312, 0.004),
            aurocError: about(0.921, 0.008),
            decisionAgreement: about(0.989, 0.002),
            aleatoricCorrelation: about(0.95, 0.004),
            epistemicCorrelation: about(0.851, 0.02),
          },
        },
        {
          name: 'Deterministic, one copy',
          values: { accuracy: about(0.873, 0.03), nll: about(0.311, 0.05), ece: about(0.094, 0.02) },
        },
      ],
      undefined,
      'Arrows point to the better side. Intervals are 95 % confidence intervals of the mean over chips.',
    ),
    sections: [
      {
        title: 'Decisions',
        text: ['The same inputs were shown to the trained network and to the programmed array.'],
        figures: [
          figure(
            'decision-maps',
            'Probability of the lower moon over the input plane, with the decision boundary and training points.',
          ),
        ],
      },
      {
        title: 'Uncertainty',
        figures: [
          figure(
            'uncertainty-maps',
            'Aleatoric and epistemic uncertainty, software beside hardware on one colour scale per row.',
          ),
          figure(
            'reliability-diagram',
            'Observed accuracy against stated confidence; below, the share of inputs in each bin.',
          ),
          figure('risk-coverage', 'Error rate among the inputs answered. The band is the 95 % interval over chips.'),
        ],
      },
      {
        title: 'Devices',
        tables: [
          {
            title: 'Array',
            columns: ['Quantity', 'Value', 'Unit'],
            rows: [
              ['devices', 16384, ''],
              ['share in use', 0.991, ''],
              ['largest conductance', '150', 'µS'],
            ],
          },
        ],
        figures: [
          figure('weight-distributions', 'Posterior and realised distribution of six weights.'),
          figure(
            'array-map',
            'Conductances one second after programming, what they miss their targets by, and the distribution of that.',
          ),
          figure('conductance-scatter', 'Programmed against target conductance.'),
        ],
      },
      {
        title: 'Comparison',
        figures: [
          figure('variant-comparison', 'Variants side by side.'),
          figure('over-time', 'Accuracy over the time since programming.'),
          figure('curves', 'Training.'),
          figure('interval-coverage', 'Coverage of predictive intervals.'),
          figure('decision-maps-three-classes', 'Three classes.'),
        ],
      },
    ],
    citations: [
      {
        tag: 'Dalgaty21',
        text: 'T. Dalgaty et al., Ex situ transfer of Bayesian neural networks to resistive memory-based inference hardware, Adv. Intell. Syst. 3(8), 2021.',
        id: '10.1002/aisy.202000103',
      },
      { tag: 'Patel25', text: 'Bayes-error insensitivity to the shape of noise.', id: 'arXiv:2501.05564' },
    ],
    command: 'npx posterohm run experiment.yaml --seed 7',
    record: {
      seed: 7,
      versions: { posterohm: '0.1.0', node: '20.20.2', kernels: 'native (AVX-512)' },
      experiment:
        'name: moons-oxram\nseed: 7\ndata:\n  source: two-moons\n  train: 256\n  noise: 0.2\nnetwork:\n  layers: [dense 16 tanh, dense 2]\n',
    },
  };
}
