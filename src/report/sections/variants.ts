import { canonical, formatDuration, formatQuantity } from '../../base/index.ts';
import {
  againstBase,
  type Evaluated,
  type Evaluation,
  overSeeds,
  type PairedTests,
  type Subject,
} from '../../pipeline/index.ts';
import { mostClipped } from '../../transfer/index.ts';
import { type Described, describedAs, keptMetrics, metrics, overall } from '../../uncertainty/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import type { Figure } from '../figure.ts';
import { overTime } from '../figures/over-time.ts';
import { variantComparison } from '../figures/variant-comparison.ts';
import { shortLabel } from '../metrics-table.ts';
import type { Section } from '../report.ts';
import type { Cell, Table } from '../table.ts';

/** A run beside others. */
export interface Compared {
  readonly name: string;
  readonly subject: Subject;
  readonly evaluated: Evaluated;
  /** Medians of the prices of one decision by name, SI units; or why there are none. */
  readonly prices: Readonly<Record<string, number>> | string;
}

type Task = Evaluation['task'];

/** Brief metrics of predictions. */
const predicted = (task: Task): readonly Described[] => metrics.filter(metric => metric.task === task && metric.brief);

/** What of a software prediction was kept: all that is shown first, or the brief ones of these. */
const keptOf = (task: Task, brief = false): readonly Described[] =>
  keptMetrics.filter(metric => metric.task === task && (brief ? metric.brief : metric.headline));

/** Against the experiment's own software, where the data are the same. */
const kept = ({ preservedOfBase, preserved }: Evaluation) => (preservedOfBase ?? preserved).metrics;

/** When its chips are looked at: devices have times of their own. */
const time = ({ headlineTime }: Evaluation): string => formatDuration(headlineTime);

/** The experiment (first) and its variants side by side: what they predict, what they kept, and against one weight vector. */
export function variantsSection(all: readonly Compared[]): Section {
  const { task, evidence, preserved } = all[0]!.evaluated.evaluation;
  const over = evidenceWords(evidence);
  const overKept = evidenceWords(preserved.over === 'grid' ? { chips: evidence.chips, rows: 1 } : evidence).chips;
  const rows = (cells: (evaluation: Evaluation) => readonly Cell[]): Cell[][] =>
    all.map(({ name, evaluated: { evaluation } }) => [name, time(evaluation), ...cells(evaluation)]);
  const columns = predicted(task);
  const own = keptOf(task, true);
  return {
    title: 'Variants side by side',
    tables: [
      {
        title: 'Predictions',
        columns: [
          '',
          'after programming',
          ...columns.flatMap(metric => [
            withInterval(`${shortLabel(metric)}, software`, over.software),
            withInterval(`${shortLabel(metric)}, hardware`, over.chips),
          ]),
        ],
        rows: [
          ...rows(e => columns.flatMap(({ name }) => [e.software.metrics[name], e.hardware.metrics[name]])),
          ...baselines(all),
        ],
        note: over.note,
      },
      {
        title: 'What survived',
        columns: [
          '',
          'after programming',
          ...keptOf(task).map(metric => withInterval(shortLabel(metric), overKept)),
          ...own.map(metric => withInterval(`${shortLabel(metric)}, own software`, overKept)),
          'weights clipped',
        ],
        rows: rows(e => [
          ...keptOf(task).map(({ name }) => kept(e)[name]),
          ...own.map(({ name }) => e.preserved.metrics[name]),
          mostClipped(e.hardware.ranges),
        ]),
        note: 'Against the software prediction of this experiment, and against each variant’s own software. Clipped: the largest share of any layer’s weights that is beyond its range.',
      },
      priceTable(all),
      ...againstTables(all),
      pairedTable(
        'Against one weight vector programmed once, chip by chip',
        all.map(({ name, evaluated: { evaluation: e } }) => [
          name,
          e.againstBaseDeterministic ?? e.againstDeterministic,
        ]),
        over.chips,
        `Against the deterministic chips of this experiment where device and data are the same, else against the variant’s own. ${sign}`,
      ),
      ...seedsTables(all),
    ],
    figures: [
      {
        figure: comparison(all),
        caption: `Means over chips${over.chips && ` with their 95 % intervals over ${over.chips}`}, each at the time that the tables name, and each variant’s own software. What is kept is measured against the software prediction of this experiment.`,
      },
      ...overTimes(all),
    ],
  };
}

/** Leading metrics of all over time, where several of them were looked at at several times: such as compensations on the same chips. */
function overTimes(all: readonly Compared[]): { figure: Figure; caption: string }[] {
  const { task } = all[0]!.evaluated.evaluation;
  const aged = all.filter(({ evaluated }) => evaluated.evaluation.times.length > 1);
  if (aged.length < 2) return [];
  return predicted(task).map(metric => ({
    figure: overTime({
      metric: shortLabel(metric),
      series: aged.map(({ name, evaluated: { evaluation } }) => ({
        name,
        points: evaluation.hardware.byTime.map(({ time, metrics }) => ({ time, ...overall(metrics[metric.name]!) })),
      })),
    }),
    caption: `${metric.label} of each against the time since programming, mean over chips.`,
  }));
}

function priceTable(all: readonly Compared[]): Table {
  const cell = (value: number | undefined, unit: string) => (value === undefined ? '–' : formatQuantity(value, unit));
  return {
    title: 'What a decision costs',
    columns: ['', 'energy', 'latency', 'area (mm²)', 'energy · area (J·mm²)'],
    rows: all.map(({ name, prices }) => {
      if (typeof prices === 'string') return [name, prices, undefined, undefined, undefined];
      const { energyPerDecision: energy, latency, area } = prices;
      const both = energy === undefined || area === undefined ? undefined : energy * area * 1e6;
      return [name, cell(energy, 'J'), cell(latency, 's'), area === undefined ? '–' : area * 1e6, both];
    }),
    note: 'Medians over the uncertain constants, which all rows share, each on its own architecture and as fast as that is.',
  };
}

const sign = 'A positive difference is in favour of what the row names; tests are over chips alone.';

/** Others against the first, where data and chips are as many: chip by chip, on the same rows. */
export function againstTables(
  [base, ...others]: readonly Pick<Compared, 'name' | 'evaluated'>[],
  title = 'Against this experiment, chip by chip',
): Table[] {
  const rows = others.flatMap(({ name, evaluated }) => {
    const tests = againstBase(base!.evaluated, evaluated);
    return Object.keys(tests).length > 0 ? [[name, tests] as const] : [];
  });
  const over = evidenceWords(base!.evaluated.evaluation.evidence).chips;
  return rows.length > 0 ? [pairedTable(title, rows, over, `Each at its own time after programming. ${sign}`)] : [];
}

/** A row for each brief metric of each variant. */
function pairedTable(
  title: string,
  rows: readonly (readonly [string, PairedTests])[],
  over: string,
  note: string,
): Table {
  return {
    title,
    columns: ['', 'metric', 'better', 'worse', 'equal', withInterval('difference', over), 'sign test p', 't test p'],
    rows: rows.flatMap(([variant, tests]) =>
      Object.entries(tests).flatMap(([name, t]): Cell[][] => {
        const metric = describedAs(name)[0]!;
        if (!metric.brief) return [];
        return [[variant, shortLabel(metric), t.wins, t.losses, t.ties, t.difference, t.signP, t.tP]];
      }),
    ),
    note,
  };
}

/** Experiments that were run under several seeds. */
function seedsTables(all: readonly Compared[]): Table[] {
  const { task } = all[0]!.evaluated.evaluation;
  const columns = predicted(task);
  const sides = ['software', 'hardware', 'deterministic'] as const;
  const found = overSeeds(all.map(({ name, subject, evaluated: { evaluation } }) => ({ name, subject, evaluation })));
  return found.map(one => ({
    title: `Over the seeds ${one.seeds.join(', ')}: ${one.name}`,
    columns: ['', ...columns.map(metric => withInterval(shortLabel(metric), 'seeds'))],
    rows: sides.map((side): Cell[] => [side, ...columns.map(({ name }) => one[side][name])]),
    note: 'Means of the means over chips with the 95 % interval of Student’s t: training, chips, and what the seed draws of the data were other ones each time.',
  }));
}

/** One row for the deterministic chips of every device and spread. */
function baselines(all: readonly Compared[]): Cell[][] {
  const own = new Map<string, Compared>();
  for (const one of all) {
    const name = canonical(one.subject.design.hardware.device);
    if (!own.has(name)) own.set(name, one);
  }
  const devices = new Set(all.map(({ subject }) => subject.experiment.hardware.device)).size;
  return [...own.values()].map(({ evaluated: { evaluation }, subject }) => {
    const { device, spread } = subject.experiment.hardware;
    const name = `deterministic${devices > 1 ? `, ${device}` : ''}${spread === 1 ? '' : `, ${spread} × the spread`}`;
    const values = predicted(evaluation.task).flatMap(({ name }) => [
      undefined,
      evaluation.deterministic.metrics[name],
    ]);
    return [name, time(evaluation), ...values];
  });
}

/** Panels of each kind in the figure. */
const panels = 2;

function comparison(all: readonly Compared[]): Figure {
  const evaluations = all.map(({ evaluated }) => evaluated.evaluation);
  const { task } = evaluations[0]!;
  return variantComparison({
    variants: all.map(({ name }) => name),
    metrics: [
      ...predicted(task)
        .slice(0, panels)
        .map(metric => ({
          name: shortLabel(metric),
          hardware: evaluations.map(e => overall(e.hardware.metrics[metric.name]!)),
          software: evaluations.map(e => e.software.metrics[metric.name]!.mean),
        })),
      ...keptOf(task, true)
        .slice(0, panels)
        .map(metric => ({
          name: shortLabel(metric),
          hardware: evaluations.map(e => overall(kept(e)[metric.name]!)),
        })),
    ],
  });
}
