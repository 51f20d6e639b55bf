import { formatNumber, formatQuantity } from '../base/index.ts';
import {
  type Band,
  type BreakEven,
  type Calibration,
  type CostDocument,
  silicon,
  strongestRival,
} from '../cost/index.ts';
import type { Interval } from '../uncertainty/index.ts';
import { formatInterval } from './table.ts';

/** A figure that may not be known. */
export const quantity = (value: number | null, unit: string): string =>
  value === null ? '–' : formatQuantity(value, unit);

export const axes = {
  samples: { title: 'Monte-Carlo samples', over: 'the samples', unit: ' samples' },
  size: { title: 'width of the network, relative', over: 'the width', unit: ' times the width' },
  rate: { title: 'decisions a second', over: 'the decisions asked for in a second', unit: ' decisions a second' },
} as const;

/** Where two energies cross, and who is cheaper before and beyond. */
export function crossingText(
  axis: BreakEven['axis'],
  points: BreakEven['points'],
  crossings: BreakEven['crossings'],
): string {
  const { over, unit } = axes[axis];
  const cheaper = ({ design, baseline }: BreakEven['points'][number]) =>
    design < baseline ? 'this architecture' : 'SRAM';
  if (crossings.length === 0) return `Over ${over}, the energies do not cross: ${cheaper(points[0]!)} takes less.`;
  const where = crossings.map(at => `${formatNumber(at, 2)}${unit}`).join(' and ');
  return `The energies cross at ${where}: below, ${cheaper(points[0]!)} takes less; beyond, ${cheaper(points.at(-1)!)}.`;
}

/** What a decision costs, against what, and what is inside, in words. */
export function summaryOf(cost: CostDocument): string[] {
  const { workload } = cost;
  const band = cost.bands.energyPerDecision;
  const text = [
    `One decision of ${workload.name} takes ${workload.samples} Monte-Carlo ${workload.samples === 1 ? 'sample' : 'samples'}, ${formatQuantity(workload.operations, 'op')} in all, and costs ${quantity(cost.energyPerDecision, 'J')} (median; ${quantity(band.low, 'J')} to ${quantity(band.high, 'J')} between the 5 % and 95 % quantiles) on the architecture ‘${cost.architecture}’ at ${formatQuantity(cost.node, 'm')}, ${cost.voltage.toPrecision(2)} V and ${cost.temperature} K${cost.leakageShare === null ? '' : `; standby is ${(100 * cost.leakageShare).toFixed(1)} % of it`}. ${cost.latency === null ? '' : `It is ready after ${quantity(cost.latency, 's')}; ${formatNumber(cost.throughput!, 3)} decisions a second are possible, ${formatNumber(cost.rate!, 3)} are asked for. ${idleText[cost.idle]}`}`,
  ];
  text.push(...headlineText(cost));
  if (cost.programming) {
    const { energy, decisions, duration, lifetime } = cost.programming;
    text.push(
      `Programming the cells once costs ${quantity(energy, 'J')}, as much as ${formatNumber(decisions, 3)} decisions, and takes ${quantity(duration, 's')}.${lifetime === null ? '' : ` Programmed again as often as asked for, they last ${quantity(lifetime, 's')}.`}`,
    );
  }
  text.push(siliconText());
  text.push(`Inside every figure: ${cost.boundary}.`);
  return text;
}

const idleText = {
  on: 'Between decisions all stays on.',
  retained: 'Between decisions logic is gated and memories keep their content at a low voltage.',
  off: 'Between decisions all is switched off.',
} as const;

/** The design against the strongest digital one, in words, at equal rate, latency and quality. */
export function headlineText(cost: CostDocument): string[] {
  const rival = strongestRival(cost);
  if (rival?.ratio.energy.median == null) return [];
  const { energy, area, energyArea } = rival.ratio;
  const better = ({ low, high }: Band, of: string) =>
    (high ?? 1) < 1
      ? `in ${of} the digital design is better`
      : (low ?? 1) > 1
        ? `in ${of} the analog design is better`
        : `in ${of} neither is better beyond the uncertainty of the constants`;
  const both = area.median === null ? '' : `, ${better(energyArea, 'energy times area')}`;
  const areas =
    area.median === null ? '' : ` and ${ratioText(area)} its area, energy times area ${ratioText(energyArea)}`;
  return [
    `Against the strongest digital design, ${rival.name}, at the same rate, latency and quality: ${better(energy, 'energy')}${both}. The digital design takes ${ratioText(energy)} the energy of the analog one for a decision${areas}. Median of the ratio with its 5 % and 95 % quantiles; all designs share the draws of the uncertain constants.`,
  ];
}

const ratioText = (band: Band): string => `${formatInterval(bandCell(band) as Interval)} ×`;

/** A band as a cell: its median with the quantiles. */
export const bandCell = ({ median, low, high }: Band): Interval | undefined =>
  median === null || low === null || high === null ? undefined : { mean: median, low, high };

/** What measured macros say of the model, class by class. */
export function siliconText(): string {
  const figure = (found: Calibration | null, name: string) => {
    if (!found) return [];
    const { factor, count, interval } = found;
    const range = interval
      ? `, 90 % of further ones between ${formatNumber(interval[0], 2)} and ${formatNumber(interval[1], 2)}`
      : '';
    return [`${formatNumber(factor, 2)} × the ${name} (${count} ${count === 1 ? 'macro' : 'macros'}${range})`];
  };
  const classes = Object.entries(silicon().classes).flatMap(([name, { energy, area }]) => {
    const parts = [...figure(energy, 'energy'), ...figure(area, 'area')];
    return parts.length > 0 ? [`${name}: ${parts.join(', ')}`] : [];
  });
  return `Silicon took, of what this model says of the same macros: ${classes.join('; ')}. No interval is given for a class with fewer than five.`;
}

/** Whether a baseline predicts as well as the design. */
export const qualityText = (quality: CostDocument['baselines'][number]['quality']): string => {
  if (!quality) return 'as software';
  const { verdict, rowsNeeded } = quality;
  if (rowsNeeded === undefined) return verdict;
  return rowsNeeded === null
    ? `${verdict}, whatever the rows`
    : `${verdict}; about ${formatNumber(rowsNeeded, 2)} rows would decide`;
};
