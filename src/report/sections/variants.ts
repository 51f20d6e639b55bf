import { canonical, formatDuration, formatQuantity } from '../../base/index.ts';
import { againstBase, type Evaluation, type SideEvaluation, type Subject } from '../../pipeline/index.ts';
import { mostClipped } from '../../transfer/index.ts';
import type { PairedTest } from '../../uncertainty/index.ts';
import { variantComparison } from '../figures/variant-comparison.ts';
import type { Section } from '../report.ts';
import type { Cell, Table } from '../table.ts';

/** A run beside others. */
export interface Compared {
  readonly name: string;
  readonly subject: Subject;
  readonly evaluation: Evaluation;
  /** Medians of the prices of one decision by name, SI units; or why there are none. */
  readonly prices: Readonly<Record<string, number>> | string;
}

type Column = readonly [title: string, pick: (evaluation: Evaluation) => Cell];

/** When its chips are looked at: devices have times of their own. */
const time: Column = ['after programming', e => formatDuration(e.headlineTime)];

const clipped: Column = ['weights clipped', e => mostClipped(e.hardware.ranges)];

const kept = (e: Evaluation) => (e.preservedOfBase ?? e.preserved).metrics;

const predictionColumns: Readonly<Record<Evaluation['task'], readonly Column[]>> = {
  classification: [
    ['accuracy, software', e => e.software.metrics.accuracy],
    ['accuracy, hardware', e => e.hardware.metrics.accuracy],
    ['NLL, software', e => e.software.metrics.nll],
    ['NLL, hardware', e => e.hardware.metrics.nll],
    ['ECE, hardware', e => e.hardware.metrics.ece],
  ],
  regression: [
    ['RMSE, software', e => e.software.metrics.rmse],
    ['RMSE, hardware', e => e.hardware.metrics.rmse],
    ['NLL, software', e => e.software.metrics.nll],
    ['NLL, hardware', e => e.hardware.metrics.nll],
    ['90 % interval covers', e => e.hardware.metrics.coverage90],
  ],
};

const keptColumns: Readonly<Record<Evaluation['task'], readonly Column[]>> = {
  classification: [
    ['decisions', e => kept(e).decisionAgreement],
    ['aleatoric r', e => kept(e).aleatoricCorrelation],
    ['epistemic r', e => kept(e).epistemicCorrelation],
    ['decisions, own software', e => e.preserved.metrics.decisionAgreement],
    ['epistemic r, own software', e => e.preserved.metrics.epistemicCorrelation],
    clipped,
  ],
  regression: [
    ['means r', e => kept(e).meanCorrelation],
    ['spreads r', e => kept(e).stdCorrelation],
    ['means r, own software', e => e.preserved.metrics.meanCorrelation],
    ['spreads r, own software', e => e.preserved.metrics.stdCorrelation],
    clipped,
  ],
};

/** The experiment (first) and its variants side by side: what they predict, what they kept, and against one weight vector. */
export function variantsSection(all: readonly Compared[]): Section {
  const { task } = all[0]!.evaluation;
  const table = (title: string, columns: readonly Column[], note?: string): Table => ({
    title,
    columns: ['', ...[time, ...columns].map(([name]) => name)],
    rows: all.map(({ name, evaluation }) => [name, ...[time, ...columns].map(([, pick]) => pick(evaluation))]),
    note,
  });
  const predictions = table('Predictions, mean over chips with its 95 % interval', predictionColumns[task]);
  return {
    title: 'Variants side by side',
    tables: [
      { ...predictions, rows: [...predictions.rows, ...baselines(all)] },
      table(
        'What survived',
        keptColumns[task],
        'Against the software prediction of this experiment, and against each variant’s own software. Clipped: the largest share of any layer’s weights that is beyond its range.',
      ),
      priceTable(all),
      ...againstTables(all),
      pairedTable(
        `Against one weight vector programmed once, chip by chip (${task === 'classification' ? 'accuracy' : 'RMSE'})`,
        all.map(({ name, evaluation: e }) => [name, e.againstBaseDeterministic ?? e.againstDeterministic]),
        `Against the deterministic chips of this experiment where the device is the same, else against the variant’s own. ${sign}`,
      ),
    ],
    figures: [
      {
        svg: comparison(all),
        caption:
          'Means over chips with their 95 % intervals, each at the time that the tables name, and each variant’s own software. What is kept is measured against the software prediction of this experiment.',
      },
    ],
  };
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

const sign = 'A positive difference is in favour of what the row names.';

/** Variants against the experiment on the same chips, a table for the negative log-likelihood. */
function againstTables([base, ...others]: readonly Compared[]): Table[] {
  const rows = others.flatMap(({ name, evaluation }) => {
    const { nll } = againstBase(base!.evaluation, evaluation);
    return nll ? [[name, nll] as const] : [];
  });
  return rows.length > 0
    ? [
        pairedTable(
          'Against this experiment, chip by chip (NLL)',
          rows,
          `Each at its own time after programming. ${sign}`,
        ),
      ]
    : [];
}

function pairedTable(title: string, rows: readonly (readonly [string, PairedTest])[], note: string): Table {
  return {
    title,
    columns: ['', 'better', 'worse', 'equal', 'difference', 'sign test p', 't test p'],
    rows: rows.map(([name, t]) => [name, t.wins, t.losses, t.ties, t.difference, t.signP, t.tP]),
    note,
  };
}

/** One row for the deterministic chips of every device and spread. */
function baselines(all: readonly Compared[]): Cell[][] {
  const own = new Map<string, Compared>();
  for (const one of all) {
    const name = canonical(one.subject.design.hardware.device);
    if (!own.has(name)) own.set(name, one);
  }
  const devices = new Set(all.map(({ subject }) => subject.experiment.hardware.device)).size;
  return [...own.values()].map(({ evaluation, subject }) => {
    const { device, spread } = subject.experiment.hardware;
    const values = (side: SideEvaluation, ...names: string[]) => names.map(name => side.metrics[name]);
    const [score, nll, last] =
      evaluation.task === 'classification'
        ? values(evaluation.deterministic, 'accuracy', 'nll', 'ece')
        : values(evaluation.deterministic, 'rmse', 'nll', 'coverage90');
    const name = `deterministic${devices > 1 ? `, ${device}` : ''}${spread === 1 ? '' : `, ${spread} × the spread`}`;
    return [name, time[1](evaluation), undefined, score, undefined, nll, last];
  });
}

function comparison(all: readonly Compared[]): string {
  const evaluations = all.map(({ evaluation }) => evaluation);
  const predicted = (name: string, metric: string) => ({
    name,
    hardware: evaluations.map(e => e.hardware.metrics[metric]!),
    software: evaluations.map(e => e.software.metrics[metric]!),
  });
  const survived = (name: string, metric: string) => ({
    name,
    hardware: evaluations.map(e => kept(e)[metric]!),
  });
  const metrics =
    evaluations[0]!.task === 'classification'
      ? [
          predicted('accuracy', 'accuracy'),
          predicted('NLL (nat)', 'nll'),
          survived('decisions kept', 'decisionAgreement'),
          survived('epistemic r', 'epistemicCorrelation'),
        ]
      : [predicted('RMSE', 'rmse'), predicted('NLL (nat)', 'nll'), survived('spreads r', 'stdCorrelation')];
  return variantComparison({ variants: all.map(({ name }) => name), metrics });
}
