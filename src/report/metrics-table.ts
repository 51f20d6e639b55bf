import { type CrossedInterval, type Described, described, describedAs, type Interval } from '../uncertainty/index.ts';
import type { Cell, Table } from './table.ts';

const arrows = { lower: '\u00a0↓', higher: '\u00a0↑', neither: '' } as const;

/**
 * What a metric is called in tables, `riskCoverageArea` → `Area under risk over coverage ↓`: label, unit where it is the
 * same for every task and not that of the targets, and an arrow to the better side; the name itself where unknown.
 */
export function metricLabel(name: string): string {
  const [first, ...others] = describedAs(name);
  if (!first) return name;
  const unit = others.every(other => other.unit === first.unit) ? unitText(first) : '';
  return `${first.label}${unit}${arrows[first.better]}`;
}

/** The same for heads of columns and axes: `NLL (nat)`. */
export const shortLabel = ({ label, short = label, unit }: Described): string =>
  `${short}${unit === '1' || unit.startsWith('target') ? '' : ` (${unit})`}`;

const unitText = ({ unit }: Described): string => (unit === '1' || unit.startsWith('target') ? '' : ` (${unit})`);

/** One column of a metrics table: numbers or intervals by metric name. */
export interface MetricColumn {
  readonly name: string;
  readonly values: Readonly<Partial<Record<string, number | Interval | CrossedInterval>>>;
}

/**
 * Metrics as rows in the order of the registry, then those of single classes; columns such as software, hardware and
 * deterministic; `only` keeps the metrics named.
 */
export function metricsTable(columns: readonly MetricColumn[], only?: readonly string[], note?: string): Table {
  const rows = inOrder(columns)
    .filter(name => only === undefined || only.includes(name))
    .filter(name => columns.some(column => column.values[name] !== undefined))
    .map((name): Cell[] => [metricLabel(name), ...columns.map(column => column.values[name])]);
  return { columns: ['', ...columns.map(column => column.name)], rows, note };
}

/**
 * Metrics as rows: the mean, and what it is worth over chips, over `rows` (rows, or groups of rows) and over both; single classes
 * have a table of their own.
 */
export function evidenceTable(title: string, values: Readonly<Record<string, CrossedInterval>>, rows: string): Table {
  const ways = (['chips', 'rows', 'both'] as const).filter(way => Object.values(values).some(found => found[way]));
  const names = { chips: 'chips', rows, both: 'both' };
  return {
    title,
    columns: ['', 'mean', ...ways.map(way => `95 % over ${names[way]}`)],
    rows: inOrder([{ name: title, values }])
      .filter(name => !name.includes(':'))
      .map((name): Cell[] => {
        const { mean, ...ends } = values[name]!;
        return [metricLabel(name), mean, ...ways.map(way => ends[way])];
      }),
  };
}

/** Names of the metrics that columns have, as the registry orders them, then those of single classes. */
function inOrder(columns: readonly MetricColumn[]): string[] {
  const present = columns.flatMap(column => Object.keys(column.values)).filter(name => describedAs(name).length > 0);
  return [...new Set([...described.map(({ name }) => name).filter(name => present.includes(name)), ...present])];
}
