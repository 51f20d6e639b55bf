import { stringify } from 'yaml';
import { type Citation, formatDuration, formatQuantity } from '../base/index.ts';
import { methods, type Posterior } from '../bayes/index.ts';
import { sources } from '../data/index.ts';
import { momentsAt } from '../device/index.ts';
import { entropySources } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import {
  arrayMap,
  conductanceScatter,
  decisionMaps,
  formatInterval,
  formatNumber,
  type Grid,
  intervalCoverage,
  metricsTable,
  overTime,
  type Report,
  reliabilityDiagram,
  riskCoverageFigure,
  type Section,
  type Table,
  transferComparison,
  uncertaintyMaps,
  weightDistributions,
} from '../report/index.ts';
import { type Chip, realisedWeights, transferMethods, weightSamples } from '../transfer/index.ts';
import type { CoveragePoint, Interval, ReliabilityBin } from '../uncertainty/index.ts';
import type { Evaluation } from './evaluate.ts';
import { mapsOf } from './judge.ts';
import type { OpenRun } from './open.ts';
import type { Prediction } from './predict.ts';
import type { Run } from './run.ts';
import type { Setting } from './setting.ts';

/** Metrics of the key table; the full list stands further down. */
const keyMetrics = ['accuracy', 'rmse', 'nll', 'brier', 'ece', 'aurocError', 'aurocUnseen', 'coverage90'];

/** Weights whose distributions are drawn. */
const shownWeights = 6;

/** The report of a run and its variants. */
export async function reportOf({ run, variants }: OpenRun, command: string): Promise<Report> {
  const { setting } = run;
  const { experiment } = setting;
  const evaluation = await run.evaluation();
  const prediction = await run.prediction();
  const posterior = await run.posterior();
  const { hardware } = await run.transferred();
  const chip = hardware.chips[0]!;
  const compared = await Promise.all(
    variants.map(async ([name, variant]) => ({ name, run: variant, evaluation: await variant.evaluation() })),
  );
  const sections = [
    ...mapsSection(setting, evaluation, prediction),
    ...(compared.length > 0 ? [variantsSection(run, evaluation, compared)] : []),
    chipSection(setting, chip),
    weightsSection(setting, posterior, evaluation, chip),
    calibrationSection(evaluation),
    ...(setting.times.length > 1 ? [timeSection(evaluation)] : []),
    trainingSection(posterior),
    allMetricsSection(evaluation),
  ];
  return {
    title: experiment.title ?? `${experiment.name}: what survived on ${setting.device.title}`,
    summary: summaryOf(setting, evaluation, chip),
    results: metricsTable(
      columnsOf(evaluation),
      keyMetrics,
      `Hardware and deterministic: mean over ${evaluation.hardware.chips.length} chips at ${formatDuration(setting.times[0]!)} after programming, with its 95 % interval (Student’s t).`,
    ),
    sections,
    citations: citationsOf([setting, ...compared.map(c => c.run.setting)]),
    command,
    record: {
      seed: experiment.seed,
      versions: (await run.directory.record())!.versions,
      experiment: stringify(experiment),
    },
  };
}

function summaryOf(
  { experiment, device, dataset, network, times }: Setting,
  evaluation: Evaluation,
  chip: Chip,
): string[] {
  const { plan } = chip;
  const { placement } = plan;
  const { rows, columns } = placement.geometry;
  const method = methods[experiment.posterior.method];
  const { preserved, againstDeterministic: against } = evaluation;
  const arrays = `${placement.arrays} ${placement.arrays === 1 ? 'array' : 'arrays'} of ${rows}×${columns}`;
  const survived =
    evaluation.task === 'classification'
      ? `${percent(preserved.metrics.decisionAgreement!)} of the decisions ${preserved.over === 'grid' ? 'over the input plane' : 'on the test inputs'} agree with software; aleatoric uncertainty correlates ${short(preserved.metrics.aleatoricCorrelation!)}, epistemic ${short(preserved.metrics.epistemicCorrelation!)}.`
      : `Predicted means correlate ${short(preserved.metrics.meanCorrelation!)} with software, predicted spreads ${short(preserved.metrics.stdCorrelation!)}.`;
  return [
    `A network with ${network.size.toLocaleString('en-US')} weights was trained on ${dataset.train.count.toLocaleString('en-US')} rows of ${dataset.name} (${method.title.toLowerCase()}) and transferred to ${device.title} by the method ‘${plan.method}’: ${transferMethods[plan.method as keyof typeof transferMethods].summary}.`,
    `${plan.copies} ${plan.copies === 1 ? 'copy fills' : 'copies fill'} ${placement.cells.toLocaleString('en-US')} cells, ${(100 * placement.utilisation).toFixed(1)} % of ${arrays}; a pair of cells holds weights up to ${plan.limit.toFixed(2)}. Figures are for ${evaluation.hardware.chips.length} chips, ${formatDuration(times[0]!)} after programming.`,
    survived,
    `Against one weight vector programmed once on the same device, the chips with copies score higher on ${against.wins} of ${against.wins + against.losses + against.ties} chips (sign test p = ${formatNumber(against.signP, 2)}).`,
  ];
}

function columnsOf({ software, hardware, deterministic }: Evaluation) {
  return [
    { name: 'software', values: software.metrics },
    { name: 'hardware', values: hardware.metrics },
    { name: 'deterministic, hardware', values: deterministic.metrics },
  ];
}

function mapsSection(setting: Setting, { preserved }: Evaluation, prediction: Prediction): Section[] {
  const points = prediction['grid/points']?.data as Float32Array | undefined;
  if (!points) return [];
  const { dataset } = setting;
  const side = Math.sqrt(points.length / 2);
  const last = points.length - 2;
  const grid: Grid = {
    x: [points[0]!, points[last]!],
    y: [points[1]!, points[last + 1]!],
    columns: side,
    rows: side,
    xTitle: dataset.inputNames[0]!,
    yTitle: dataset.inputNames[1]!,
  };
  const sides = [
    { title: 'software', maps: mapsOf(prediction, 'software') },
    { title: 'hardware, first chip', maps: mapsOf(prediction, 'hardware') },
    { title: 'deterministic, first chip', maps: mapsOf(prediction, 'deterministic') },
  ];
  const { inputs, labels, count } = dataset.train;
  const original = (axis: 0 | 1) =>
    Float64Array.from({ length: count }, (_, i) => {
      const value = inputs[2 * i + axis]!;
      return dataset.inputScale ? dataset.inputScale.mean[axis]! + dataset.inputScale.std[axis]! * value : value;
    });
  return [
    {
      title: 'Decisions and uncertainty over the input plane',
      tables: [
        {
          columns: ['Hardware against software, over the grid', 'mean over chips [95 % interval]'],
          rows: metricsTable([{ name: '', values: preserved.metrics }]).rows,
        },
      ],
      figures: [
        {
          svg: decisionMaps({
            grid,
            classNames: dataset.outputNames,
            maps: sides.slice(0, 2).map(({ title, maps }) => ({ title, probabilities: maps.mean })),
            points: { x: original(0), y: original(1), label: labels },
          }),
          caption: 'Predicted class and its probability, with the training points. The boundaries should coincide.',
        },
        {
          svg: uncertaintyMaps({
            grid,
            quantities: [
              {
                name: 'aleatoric uncertainty',
                unit: 'nat',
                maps: sides.map(s => ({ title: s.title, values: s.maps.aleatoric })),
              },
              {
                name: 'epistemic uncertainty',
                unit: 'nat',
                maps: sides.map(s => ({ title: s.title, values: s.maps.epistemic })),
              },
            ],
          }),
          caption:
            'Aleatoric uncertainty marks where the classes overlap, epistemic where there were no data. One weight vector has no epistemic uncertainty at all.',
        },
      ],
    },
  ];
}

interface Compared {
  readonly name: string;
  readonly run: Run;
  readonly evaluation: Evaluation;
}

function variantsSection(run: Run, evaluation: Evaluation, compared: readonly Compared[]): Section {
  const all = [{ name: 'this experiment', run, evaluation }, ...compared];
  const kept = (e: Evaluation) => (e.preservedOfBase ?? e.preserved).metrics;
  const classification = evaluation.task === 'classification';
  const columns: Array<readonly [string, (e: Evaluation) => Interval | number | undefined]> = classification
    ? [
        ['accuracy, software', e => e.software.metrics.accuracy],
        ['accuracy, hardware', e => e.hardware.metrics.accuracy],
        ['NLL, software', e => e.software.metrics.nll],
        ['NLL, hardware', e => e.hardware.metrics.nll],
        ['ECE, hardware', e => e.hardware.metrics.ece],
        ['decisions kept', e => kept(e).decisionAgreement],
        ['aleatoric r', e => kept(e).aleatoricCorrelation],
        ['epistemic r', e => kept(e).epistemicCorrelation],
        ['epistemic r, own software', e => e.preserved.metrics.epistemicCorrelation],
      ]
    : [
        ['RMSE, software', e => e.software.metrics.rmse],
        ['RMSE, hardware', e => e.hardware.metrics.rmse],
        ['NLL, software', e => e.software.metrics.nll],
        ['NLL, hardware', e => e.hardware.metrics.nll],
        ['90 % interval covers', e => e.hardware.metrics.coverage90],
        ['means r', e => kept(e).meanCorrelation],
        ['spreads r', e => kept(e).stdCorrelation],
      ];
  const table: Table = {
    columns: ['', ...columns.map(([name]) => name)],
    rows: [
      ...all.map(({ name, evaluation }) => [name, ...columns.map(([, pick]) => pick(evaluation))]),
      ['deterministic', ...columns.map(([name]) => deterministicCell(evaluation, name))],
    ],
    note: 'Decisions and uncertainty kept: against the software prediction of this experiment; the last column against each variant’s own software.',
  };
  const groups = [...new Set(all.map(({ run }) => methodLabel(run.setting)))];
  const point = (metric: 'hardware' | 'kept', key: string) =>
    all.map(({ run, evaluation: e }) => ({
      method: methodLabel(run.setting),
      spread: run.setting.experiment.hardware.spread,
      ...((metric === 'hardware' ? e.hardware.metrics[key] : kept(e)[key]) as Interval),
    }));
  const metrics = classification
    ? [
        { name: 'accuracy', reference: evaluation.software.metrics.accuracy, points: point('hardware', 'accuracy') },
        { name: 'NLL (nat)', reference: evaluation.software.metrics.nll, points: point('hardware', 'nll') },
        { name: 'decisions kept', points: point('kept', 'decisionAgreement') },
        { name: 'epistemic correlation', points: point('kept', 'epistemicCorrelation') },
      ]
    : [{ name: 'NLL (nat)', reference: evaluation.software.metrics.nll, points: point('hardware', 'nll') }];
  return {
    title: 'Variants side by side',
    tables: [table],
    figures: [
      {
        svg: transferComparison({ methods: groups, metrics }),
        caption: 'Means over chips with 95 % intervals, against the device’s spread as a multiple of the preset’s own.',
      },
    ],
  };
}

function deterministicCell(evaluation: Evaluation, column: string): Interval | undefined {
  const { metrics } = evaluation.deterministic;
  const names: Readonly<Record<string, string>> = {
    'accuracy, hardware': 'accuracy',
    'NLL, hardware': 'nll',
    'ECE, hardware': 'ece',
    'RMSE, hardware': 'rmse',
    '90 % interval covers': 'coverage90',
  };
  return names[column] ? metrics[names[column]] : undefined;
}

const methodLabel = ({ experiment }: Setting): string => {
  const method = experiment.transfer.method as string;
  return experiment.posterior.method === 'device-tied' ? 'device-tied' : method;
};

function chipSection({ device, time }: Setting, { plan, cells }: Chip): Section {
  const { placement, target } = plan;
  const { rows, columns } = placement.geometry;
  const count = target.length;
  const address = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
  placement.cellAddress(address);
  const conductance = new Float64Array(rows * columns).fill(Number.NaN);
  const asked = new Float64Array(rows * columns).fill(Number.NaN);
  for (let i = 0; i < count; i++) {
    if (address.array[i] !== 0) continue;
    const at = address.row[i]! * columns + address.column[i]!;
    conductance[at] = cells.programmed[i]!;
    asked[at] = target[i] === 0 ? device.rest.mean : target[i]!;
  }
  const { low, high } = device.range;
  const model = Array.from({ length: 33 }, (_, i) => {
    const at = Math.max(low, (high * i) / 32);
    return { target: at, ...momentsAt(device, at, 0) };
  });
  const scatter = Math.min(count, 20_000);
  return {
    title: 'The programmed array',
    text: [
      `${device.title}. ${device.note ?? ''}`.trim(),
      `Programmable range ${formatQuantity(low, 'S')} to ${formatQuantity(high, 'S')}; statistics are taken ${formatDuration(time)} after programming. ` +
        `A weight of one is a conductance difference of ${formatQuantity(plan.gamma, 'S')}.`,
    ],
    figures: [
      {
        svg: arrayMap({ rows, columns, conductance, target: asked }),
        caption: `Array 1 of ${placement.arrays} of the first chip: conductance just after programming, and its distance from what was asked for.`,
      },
      {
        svg: conductanceScatter({
          target: target.subarray(0, scatter).map(g => (g === 0 ? device.rest.mean : g)),
          programmed: cells.programmed.subarray(0, scatter),
          model,
        }),
        caption: 'What was asked for and what programming made of it, with the device model’s mean and spread.',
      },
    ],
  };
}

function weightsSection(
  { key, times, experiment, network }: Setting,
  posterior: Posterior,
  { weightDistance }: Evaluation,
  chip: Chip,
): Section {
  const { weights, copies } = chip.plan;
  const realised = realisedWeights(chip, { time: times[0]!, compensation: experiment.hardware.compensation });
  const samples = weightSamples(posterior, weights, fold(key, 'distance'));
  const step = Math.max(1, Math.floor(weights / shownWeights));
  const shown = Array.from({ length: Math.min(shownWeights, weights) }, (_, i) => i * step);
  const column = (rows: Float32Array, count: number, w: number) =>
    Float64Array.from({ length: count }, (_, s) => rows[s * weights + w]!);
  return {
    title: 'Weights: posterior and what the cells hold',
    text: [
      `Wasserstein distance between a weight’s posterior and its realised values, over all weights: mean ${formatNumber(weightDistance.mean, 3)}, largest ${formatNumber(weightDistance.largest, 3)} (weight units, first chip).`,
    ],
    figures: [
      {
        svg: weightDistributions({
          weights: shown.map(w => ({
            name: nameOfWeight(network.parameters, w),
            posterior: column(samples, samples.length / weights, w),
            realised: column(realised, copies, w),
          })),
        }),
        caption:
          'Weights spread evenly over the network: draws of the posterior, and the values over the programmed copies.',
      },
    ],
  };
}

function nameOfWeight(parameters: Setting['network']['parameters'], weight: number): string {
  const parameter = parameters.find(p => weight >= p.offset && weight < p.offset + p.size)!;
  const index = weight - parameter.offset;
  const columns = parameter.shape.at(-1)!;
  return parameter.shape.length > 1
    ? `${parameter.name}[${Math.floor(index / columns)}, ${index % columns}]`
    : `${parameter.name}[${index}]`;
}

function calibrationSection({ task, software, hardware, deterministic }: Evaluation): Section {
  const sides = [
    ['software', software.curves],
    ['hardware, first chip', hardware.curves],
    ['deterministic, first chip', deterministic.curves],
  ] as const;
  const reliability =
    task === 'classification'
      ? reliabilityDiagram({ series: sides.map(([name, c]) => ({ name, bins: c.reliability as ReliabilityBin[] })) })
      : intervalCoverage({ series: sides.map(([name, c]) => ({ name, points: c.reliability as CoveragePoint[] })) });
  return {
    title: 'Calibration and selective prediction',
    figures: [
      {
        svg: reliability,
        caption:
          task === 'classification'
            ? 'Accuracy against confidence; a calibrated predictor lies on the diagonal.'
            : 'Share of targets inside intervals against the share that should be; a calibrated predictor lies on the diagonal.',
      },
      {
        svg: riskCoverageFigure({
          series: sides.map(([name, { riskCoverage }]) => ({
            name,
            coverage: riskCoverage.coverage,
            risk: riskCoverage.risk,
          })),
          riskTitle: task === 'classification' ? 'error rate' : 'mean squared error',
        }),
        caption: 'Error among the inputs kept when the most uncertain ones are handed on.',
      },
    ],
  };
}

function timeSection({ task, hardware, deterministic, software }: Evaluation): Section {
  const metrics = task === 'classification' ? (['accuracy', 'nll', 'ece'] as const) : (['rmse', 'nll'] as const);
  const names: Readonly<Record<string, string>> = { accuracy: 'accuracy', nll: 'NLL (nat)', ece: 'ECE', rmse: 'RMSE' };
  return {
    title: 'After programming',
    figures: metrics.map(metric => ({
      svg: overTime({
        metric: names[metric]!,
        series: [
          { name: 'hardware', points: hardware.byTime.map(({ time, metrics }) => ({ time, ...metrics[metric]! })) },
          {
            name: 'deterministic',
            points: deterministic.byTime.map(({ time, metrics }) => ({ time, ...metrics[metric]! })),
          },
        ],
        reference: { name: 'software', value: software.metrics[metric]! },
      }),
      caption: `${names[metric]} against the time since programming, mean over chips with 95 % interval.`,
    })),
  };
}

function trainingSection({ info, method }: Posterior): Section {
  const cell = (value: unknown): string | number =>
    typeof value === 'number'
      ? value
      : Array.isArray(value)
        ? value.map(v => (typeof v === 'number' ? formatNumber(v, 3) : String(v))).join(', ')
        : JSON.stringify(value);
  return {
    title: 'Training',
    text: [`Method: ${methods[method as keyof typeof methods]?.title ?? method}.`],
    tables: [
      {
        columns: ['Diagnostic', 'value'],
        rows: Object.entries(info)
          .filter(([, value]) => !Array.isArray(value) || value.length <= 16)
          .map(([name, value]) => [name, cell(value)]),
      },
    ],
  };
}

function allMetricsSection(evaluation: Evaluation): Section {
  return { title: 'All metrics', tables: [metricsTable(columnsOf(evaluation))] };
}

/** Citations of exactly the models and methods that were used. */
function citationsOf(settings: readonly Setting[]): Citation[] {
  const used = settings.flatMap(({ experiment, device }) => [
    ...sources[experiment.data.source].cite,
    ...methods[experiment.posterior.method].cite,
    ...device.cite,
    ...transferMethods[experiment.transfer.method as keyof typeof transferMethods].cite,
    ...entropySources[experiment.sampling.entropy as keyof typeof entropySources].cite,
  ]);
  return [...new Map(used.map(citation => [citation.tag, citation])).values()].sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

const percent = ({ mean }: Interval): string => `${(100 * mean).toFixed(1)} %`;
const short = (interval: Interval): string => formatInterval(interval);
