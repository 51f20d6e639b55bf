import { formatNumber, formatQuantity } from '../base/index.ts';
import type { Band, BreakEven, CostDocument, Sensitivity, Validation } from '../cost/index.ts';
import { areaTreemap } from './figures/area-treemap.ts';
import { costBars } from './figures/cost-bars.ts';
import { curves } from './figures/curves.ts';
import { rooflineFigure } from './figures/roofline.ts';
import { tornado } from './figures/tornado.ts';
import type { Section } from './report.ts';
import { type Cell, formatInterval, type Table } from './table.ts';

/** What the section can show beside the cost itself. */
export interface CostExtras {
  readonly sensitivity?: Sensitivity;
  readonly breakEven?: readonly BreakEven[];
  /** Published numbers beside ours. */
  readonly validation?: readonly Validation[];
}

/** What a decision costs, as a section of the report. */
export function costSection(cost: CostDocument, { sensitivity, breakEven = [], validation }: CostExtras = {}): Section {
  const priced = [{ name: cost.architecture, ...cost }, ...cost.baselines.filter(({ area }) => area !== null)];
  const figures = [
    {
      svg: costBars({
        quantity: 'energy per decision',
        unit: 'J',
        designs: priced.map(({ name, components, energyPerDecision, leakageShare }) => ({
          name,
          parts: [
            ...components.map(({ title, energy }) => ({ name: title, value: energy })),
            { name: 'standby', value: energyPerDecision! * leakageShare! },
          ],
        })),
      }),
      caption: 'Energy of one decision by component, on this architecture and on the baselines made of components.',
    },
    ...(cost.area === null
      ? []
      : [
          {
            svg: areaTreemap({
              title: `Area of the ${cost.architecture} by component`,
              parts: cost.components.map(({ title, area }) => ({ name: title, area: area * 1e6 })),
            }),
            caption: `Area by component, ${formatNumber(cost.area * 1e6, 3)} mm² in all.`,
          },
        ]),
    ...(cost.roofline
      ? [
          {
            svg: rooflineFigure(cost.roofline),
            caption: 'Each layer while it runs, under the roofs that the arrays and the activation buffer set.',
          },
        ]
      : []),
    ...(sensitivity
      ? [
          {
            svg: tornado({
              quantity: `${ratioNames[sensitivity.ratio]} over SRAM`,
              nominal: sensitivity.nominal,
              bars: sensitivity.influences.slice(0, 14).map(({ name, kind, low, high }) => ({
                name,
                group: { component: 'component figures', design: 'this design', baseline: 'the SRAM design' }[kind],
                low,
                high,
              })),
            }),
            caption:
              'One thing at a time: component figures from their 5th to their 95th percentile, options as named.',
          },
        ]
      : []),
    ...breakEven.map(({ axis, points, crossing }) => ({
      svg: curves({
        xTitle: axis === 'samples' ? 'Monte-Carlo samples' : 'width of the network, relative',
        yTitle: 'energy per decision (J)',
        xType: 'log',
        yType: 'log',
        series: (['design', 'baseline'] as const).map(side => ({
          name: side === 'design' ? 'this architecture' : 'SRAM',
          x: points.map(({ at }) => at),
          y: points.map(point => point[side]),
        })),
      }),
      caption:
        crossing === null
          ? `Over the ${axis === 'samples' ? 'samples' : 'width'}, the energies do not cross.`
          : `Break-even at ${formatNumber(crossing, 2)} ${axis === 'samples' ? 'samples' : 'times the width'}.`,
    })),
  ];
  return {
    title: 'Cost',
    text: summaryOf(cost),
    tables: [
      comparisonTable(cost),
      componentTable(cost),
      layerTable(cost),
      ...(validation ? [validationTable(validation)] : []),
    ],
    figures,
  };
}

const ratioNames = {
  powerEfficiency: 'power efficiency',
  totalEfficiency: 'total efficiency',
  area: 'area',
} as const;

const quantity = (value: number | null, unit: string): string => (value === null ? '–' : formatQuantity(value, unit));

function summaryOf(cost: CostDocument): string[] {
  const { workload, baselines } = cost;
  const band = cost.bands.energyPerDecision;
  const text = [
    `One decision of ${workload.name} takes ${workload.samples} Monte-Carlo ${workload.samples === 1 ? 'sample' : 'samples'}, ${formatQuantity(workload.operations, 'op')} in all, and costs ${quantity(cost.energyPerDecision, 'J')} (${quantity(band.low, 'J')} to ${quantity(band.high, 'J')}) on the architecture ‘${cost.architecture}’ at ${formatQuantity(cost.node, 'm')}, ${cost.voltage.toPrecision(2)} V and ${cost.temperature} K${cost.leakageShare === null ? '' : `; standby is ${(100 * cost.leakageShare).toFixed(1)} % of it`}. ${cost.latency === null ? '' : `It is ready after ${quantity(cost.latency, 's')}; ${formatNumber(cost.throughput!, 3)} decisions a second are possible.`}`,
  ];
  const [first] = baselines;
  if (first?.ratio.powerEfficiency.mean != null) {
    const { powerEfficiency, totalEfficiency } = first.ratio;
    text.push(
      `Against ${first.name}: ${ratioText(powerEfficiency)} in GOPS/W${totalEfficiency.mean === null ? '' : ` and ${ratioText(totalEfficiency)} in GOPS/W/mm²`}. Intervals hold 90 % of the draws of every component’s uncertainty.`,
    );
  }
  if (cost.lifetime) {
    text.push(
      `Sampling by writing wears the cells out after ${formatNumber(cost.lifetime.decisions)} decisions, ${quantity(cost.lifetime.duration, 's')} at full throughput.`,
    );
  }
  if (cost.programming) {
    text.push(
      `Programming the cells once costs ${quantity(cost.programming.energy, 'J')}, as much as ${formatNumber(cost.programming.decisions, 3)} decisions, and takes ${quantity(cost.programming.duration, 's')}.`,
    );
  }
  return text;
}

const ratioText = (band: Band): string => `${formatInterval(band as { mean: number; low: number; high: number })} ×`;

const bandCell = ({ mean, low, high }: Band): Cell =>
  mean === null || low === null || high === null ? undefined : { mean, low, high };

/** This design and its baselines, side by side. */
export function comparisonTable(cost: CostDocument): Table {
  const rows = [{ name: cost.architecture, ...cost }, ...cost.baselines].map(one => [
    one.name,
    quantity(one.energyPerDecision, 'J'),
    one.area === null ? '–' : `${formatNumber(one.area * 1e6, 3)} mm²`,
    one.gopsPerWatt ?? undefined,
    ...('ratio' in one
      ? [bandCell(one.ratio.powerEfficiency), bandCell(one.ratio.totalEfficiency), bandCell(one.ratio.area)]
      : [undefined, undefined, undefined]),
  ]);
  return {
    title: 'This architecture and its baselines',
    columns: ['', 'energy / decision', 'area', 'GOPS/W', '× GOPS/W', '× GOPS/W/mm²', '× area'],
    rows,
    note: 'Ratios: how many times better this architecture is, mean and 90 % interval over the components’ uncertainty.',
  };
}

function componentTable(cost: CostDocument): Table {
  const total = cost.energyPerDecision!;
  const rows = [...cost.components]
    .sort((a, b) => b.energy - a.energy)
    .map(({ title, energy, area, count, source }) => [
      title,
      quantity(energy, 'J'),
      `${((100 * energy) / total).toFixed(1)} %`,
      `${formatNumber(area * 1e6, 3)} mm²`,
      Math.round(count),
      source,
    ]);
  return {
    title: 'Components',
    columns: ['', 'energy / decision', 'share', 'area', 'count', 'source'],
    rows,
  };
}

function layerTable(cost: CostDocument): Table {
  return {
    title: 'Layers',
    columns: ['', 'tiles', 'cells in use', 'cycles', 'time / sample', 'energy / decision'],
    rows: cost.layers.map(({ name, tiles, utilisation, cycles, time, energy }) => [
      name,
      tiles,
      `${(100 * utilisation).toFixed(1)} %`,
      cycles,
      quantity(time, 's'),
      quantity(energy, 'J'),
    ]),
    note: 'Energy without standby, control and what no layer owns.',
  };
}

/** Published numbers beside ours. */
export function validationTable(validation: readonly Validation[]): Table {
  return {
    title: 'Published and computed',
    columns: ['', 'unit', 'published', 'computed', 'overlap', 'what decides it'],
    rows: validation.map(({ quantity: name, unit, published: [low, high], computed, agrees, note }) => [
      name,
      unit === '1' ? '' : unit,
      low === high ? formatNumber(low, 3) : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`,
      formatInterval({ mean: computed.nominal, low: computed.low, high: computed.high }),
      agrees ? 'yes' : 'no',
      note,
    ]),
  };
}
