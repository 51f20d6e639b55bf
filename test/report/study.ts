import { frontFigure } from '../../src/report/figures/front.ts';
import { hypervolumeFigure } from '../../src/report/figures/hypervolume.ts';
import { importancesFigure } from '../../src/report/figures/importances.ts';
import { parallelFigure } from '../../src/report/figures/parallel-coordinates.ts';
import { slicesFigure } from '../../src/report/figures/slices.ts';
import type { DesignReported, StudyReported } from '../../src/report/study-report.ts';

/** Made-up designs with the looks of a study, from plain arithmetic. */
const designs = Array.from({ length: 60 }, (_, i) => {
  const [samples, bits, device] = [2 ** (i % 6), 3 + (i % 5), i % 3 === 0 ? 'pcm-ibm' : 'oxram-hfo2'];
  const nll = 0.2 + 0.3 / samples + 0.8 / 2 ** bits + (device === 'pcm-ibm' ? 0 : 0.05) + ((i * 7) % 11) / 100;
  return { samples, bits, device, values: [nll, 1e-9 * samples * bits ** 1.5] as const };
});

const objectives: StudyReported['objectives'] = [
  { name: 'nll after 1 d', unit: 'nat', better: 'lower', logarithmic: false },
  { name: 'energyPerDecision', unit: 'J', better: 'lower', logarithmic: true },
];

const around = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half });

const isBest = (i: number) =>
  !designs.some(
    ({ values: [a, b] }) =>
      (a < designs[i]!.values[0] && b <= designs[i]!.values[1]) ||
      (a <= designs[i]!.values[0] && b < designs[i]!.values[1]),
  );

const best = designs
  .flatMap((_, i) => (isBest(i) ? [i] : []))
  .sort((a, b) => designs[a]!.values[0] - designs[b]!.values[0]);

const front = best.map((i, place): DesignReported => {
  const { samples, bits, device, values } = designs[i]!;
  const [nll, energy] = values;
  const again = place < 4;
  return {
    trial: i,
    parameters: { 'hardware.device': device, 'hardware.outputBits': bits, 'sampling.samples': samples },
    objectives: { 'nll after 1 d': around(nll, 0.02), energyPerDecision: around(energy, 0) },
    confirmed: again
      ? {
          'nll after 1 d': { ...around(nll + 0.015, 0.03), optimism: around(0.015, 0.035) },
          energyPerDecision: {
            ...around(1.02 * energy, 0.04 * energy),
            optimism: around(0.02 * energy, 0.04 * energy),
          },
        }
      : null,
    kept: again ? place !== 2 : null,
    onFront: again ? 0.97 - 0.2 * place : null,
    beatsBaseline: again ? 0.3 - 0.1 * place : null,
    regret: again ? { median: 0.1 * place, high: place === 2 ? null : 0.2 + 0.1 * place } : null,
  };
});

export const studyReported: StudyReported = {
  title: 'A study made up for this test',
  objectives,
  constraints: ['accuracy after 1 d, worst chip at least 0.9'],
  front,
  others: designs.flatMap(({ values }, i) => (best.includes(i) ? [] : [values])),
  trials: 64,
  failures: [{ count: 4, sentence: "sampling.entropy: the device 'ideal' has no read noise." }],
  trainings: 12,
  seconds: 312,
  hypervolume: 3.21,
  progress: Array.from({ length: 40 }, (_, i) => ({ results: 2 * (i + 1), hypervolume: 3.21 * (1 - 0.9 ** (i + 1)) })),
  importances: objectives.map(({ name }, j) => ({
    objective: name,
    reliability: j === 0 ? 0.31 : 0.94,
    variables: ['hardware.device', 'hardware.outputBits', 'sampling.samples'].map((variable, v) => ({
      variable,
      share: [0.1, 0.3, 0.5][(v + j) % 3]!,
      spread: 0.06 * (v + 1),
    })),
  })),
  designs: {
    axes: [
      { name: 'hardware.device', values: ['oxram-hfo2', 'pcm-ibm'] },
      { name: 'hardware.outputBits', low: 3, high: 7 },
      { name: 'sampling.samples', low: 1, high: 32, logarithmic: true },
      { name: 'nll after 1 d', low: 0.2, high: 0.8 },
      { name: 'energyPerDecision', unit: 'J', low: 5e-9, high: 6e-7, logarithmic: true },
    ],
    lines: designs.map(({ samples, bits, device, values }, i) => ({
      values: [device, bits, i % 7 === 0 ? undefined : samples, ...values],
      front: best.includes(i),
    })),
  },
  confirmation: { chips: 20, trainings: 3, openings: 2 },
  answer: best[1]!,
  verdict: {
    word: 'digital',
    sentence:
      "Do not build analog: the baseline 'ensemble' (its trial 9) comes nearer to the best than the study's trial 4, which has: 2.8 [1.9, 4.4] times the energyPerDecision; nll after 1 d lower by 0.004 [−0.010, 0.002].",
    probability: 0.04,
    baseline: { name: 'ensemble', trial: 9 },
    against: [
      { objective: 'energyPerDecision', as: 'ratio', median: 2.8, low: 1.9, high: 4.4, favours: 'digital' },
      { objective: 'nll after 1 d', as: 'difference', median: -0.004, low: -0.01, high: 0.002, favours: 'neither' },
    ],
    quality: { verdict: 'undecided', rows: 1024 },
    flip: { title: 'energy of SRAM', factor: 3.1, deviations: 2.4 },
    priced: true,
  },
  baselineShare: 1,
  baselines: ['ensemble', 'dropout'].map((name, i) => ({
    name,
    trials: 64 - i,
    trainings: 3,
    seconds: 20 + i,
    progress: Array.from({ length: 32 }, (_, at) => ({
      results: 2 * (at + 1),
      hypervolume: (3.6 - i) * (1 - 0.8 ** (at + 1)),
    })),
    best: i === 0 ? { ...front[1]!, trial: 9 } : null,
  })),
  citations: [{ tag: 'Deb02', text: 'Deb et al., NSGA-II, 2002', id: '10.1109/4235.996017' }],
  command: 'posterohm explore study.yaml',
  record: { seed: 0, versions: { posterohm: '0.1.0' }, experiment: 'seed: 7\n' },
};

/** Its figures, for the gallery. */
export const studyFigures = {
  'study-front': () =>
    frontFigure({
      axes: objectives,
      others: studyReported.others,
      front: front.map(design => ({
        searched: objectives.map(({ name }) => design.objectives[name]!),
        ...(design.confirmed && { confirmed: objectives.map(({ name }) => design.confirmed![name]!) }),
      })),
    }),
  'study-hypervolume': () =>
    hypervolumeFigure([
      { name: 'the study', points: studyReported.progress },
      ...studyReported.baselines.map(({ name, progress }) => ({ name, points: progress })),
    ]),
  'study-importances': () => importancesFigure(studyReported.importances),
  'study-designs': () => parallelFigure(studyReported.designs),
  'study-slices': () => slicesFigure(studyReported.designs, objectives, ['sampling.samples', 'hardware.device']),
};
