import { formatDuration, formatQuantity } from '../../base/index.ts';
import { type Cells, momentsAt } from '../../device/index.ts';
import type { WeightRanges } from '../../network/index.ts';
import type { Evaluation, Subject } from '../../pipeline/index.ts';
import {
  type Chip,
  type Compensation,
  compensations,
  type Plan,
  planEncodings,
  planPlacement,
  type RefitCost,
  rangeColumns,
  rangeRow,
} from '../../transfer/index.ts';
import { arrayMap } from '../figures/array-map.ts';
import { conductanceScatter } from '../figures/conductance-scatter.ts';
import type { Section } from '../report.ts';
import type { Table } from '../table.ts';

/** The first array of a chip as it was programmed. */
export function chipSection(
  { device, time, design }: Subject,
  { hardware: { saturation, bf16Error }, headlineTime, extrapolated }: Evaluation,
  { plan, cells }: Chip,
): Section {
  const { target } = plan;
  const placement = planPlacement(plan);
  const { rows, columns } = placement.geometry;
  const count = target.length;
  const address = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
  placement.cellAddress(address);
  const conductance = new Float64Array(rows * columns).fill(Number.NaN);
  const asked = new Float64Array(rows * columns).fill(Number.NaN);
  const failed: number[] = [];
  for (let i = 0; i < count; i++) {
    if (address.array[i] !== 0) continue;
    const at = address.row[i]! * columns + address.column[i]!;
    conductance[at] = cells.programmed[i]!;
    asked[at] = target[i] === 0 ? device.rest.mean : target[i]!;
    if (cells.fault[i] !== 0) failed.push(at);
  }
  const { low, high } = device.range;
  const model = Array.from({ length: 33 }, (_, i) => {
    const at = Math.max(low, (high * i) / 32);
    return { target: at, ...momentsAt(device, at, 0) };
  });
  const scatter = Math.min(count, 20_000);
  const compensation: Compensation = compensations[design.hardware.compensation];
  return {
    title: 'The programmed array',
    text: [
      `${device.title}. ${device.note ?? ''}`.trim(),
      `Programmable range ${formatQuantity(low, 'S')} to ${formatQuantity(high, 'S')}; statistics are taken ${formatDuration(time)} after programming. ` +
        heldAs(plan),
      `${formatDuration(headlineTime)} after programming, of the test split ${percent(saturation.inputs.mean)} of the converted inputs and ${percent(saturation.outputs.mean)} of the partial sums left their converter’s range.`,
      ...(extrapolated && headlineTime > extrapolated.from
        ? [
            `The last read of this device was ${formatDuration(extrapolated.from)} after programming; figures later than that are extrapolated.`,
          ]
        : []),
      `Read-out: ${compensation.summary}. ${costOf(compensation.cost(plan))}`,
      ...(cells.reads || cells.fault.some(fault => fault !== 0) ? [failures(cells)] : []),
      ...(bf16Error === undefined
        ? []
        : [
            `Sums are computed of operands rounded to bfloat16, which puts them off by ${percent(bf16Error)} of the device’s own noise (root mean square, worst layer).`,
          ]),
    ],
    tables: [rangesTable(plan.ranges)],
    figures: [
      {
        figure: arrayMap({ rows, columns, conductance, target: asked, failed }),
        caption: `Array 1 of ${placement.arrays} of the first chip: conductance ${cells.reads ? `as measured ${formatDuration(cells.reads.times[0]!)} after programming` : 'just after programming'}, and its distance from what was asked for.${failed.length > 0 ? ' Crosses mark cells that do not work.' : ''}`,
      },
      {
        figure: conductanceScatter({
          target: target.subarray(0, scatter).map(g => (g === 0 ? device.rest.mean : g)),
          programmed: cells.programmed.subarray(0, scatter),
          model,
        }),
        caption: 'What was asked for and what programming made of it, with the device model’s mean and spread.',
      },
    ],
  };
}

/** What a fit of the read-out takes, in words. */
function costOf({ cellReads, cells = 0, decisions = 0 }: RefitCost): string {
  const parts = [
    ...(cellReads > 0 ? [`reads ${cellReads.toLocaleString('en-US')} cells`] : []),
    ...(cells > 0 ? [`keeps ${cells} beside the plan’s`] : []),
    ...(decisions > 0 ? [`makes ${decisions} decisions`] : []),
  ];
  return parts.length > 0 ? `A fit ${parts.join(' and ')}.` : 'It takes nothing.';
}

/** Cells of a chip that do not work, in words. */
function failures({ fault, reads }: Cells): string {
  const count = (kind: number) => fault.reduce((sum, one) => sum + Number(one === kind), 0);
  return `Of the first chip’s ${fault.length.toLocaleString('en-US')} cells${reads ? ', which were measured,' : ''} ${count(1)} are stuck high, ${count(-1)} stuck low and ${count(2)} open.`;
}

/** Which weights the cells hold, layer by layer. */
const rangesTable = (ranges: WeightRanges): Table => ({
  title: 'Weight ranges',
  columns: rangeColumns,
  rows: ranges.map(rangeRow),
  note: 'The largest |w| that cells hold, what the bias line is driven with in units of the layer’s inputs, and the share of the layer’s weights beyond, which are clipped.',
});

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** Which mappings hold the layers' weights, a sentence each. */
function heldAs(plan: Plan): string {
  const firsts = planEncodings(plan).map(({ coefficients }) => formatQuantity(1 / coefficients[0]!, 'S'));
  const names = plan.mappings.map(({ mapping }) => mapping);
  const said = new Set(
    names.map((name, m) => `Mapping ${name}: the largest weight of a range is ${firsts[m]} in its first cell.`),
  );
  return [...said].join(' ');
}
