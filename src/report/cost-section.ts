import { formatNumber } from '../base/index.ts';
import type { BreakEven, CostDocument, Sensitivity, Validation } from '../cost/index.ts';
import { axes, bandCell, crossingText, qualityText, quantity, summaryOf } from './cost-text.ts';
import { areaTreemap } from './figures/area-treemap.ts';
import { costBars } from './figures/cost-bars.ts';
import { curves } from './figures/curves.ts';
import { rooflineFigure } from './figures/roofline.ts';
import { tornado } from './figures/tornado.ts';
import { componentColours } from './palette.ts';
import type { Section } from './report.ts';
import { formatInterval, type Table } from './table.ts';

/** What the section can show beside the cost itself. */
export interface CostExtras {
  readonly sensitivity?: Sensitivity;
  readonly breakEven?: readonly BreakEven[];
  /** Published numbers beside ours. */
  readonly validation?: readonly Validation[];
}

/** One colour for each component throughout: those that are the largest share of any design's energy or area come first. */
function coloursOf(designs: readonly Pick<CostDocument, 'components' | 'leakageShare'>[]): ReadonlyMap<string, string> {
  const shares = new Map<string, number>();
  for (const { components, leakageShare } of designs) {
    shares.set('standby', Math.max(shares.get('standby') ?? 0, leakageShare ?? 0));
    for (const quantity of ['energy', 'area'] as const) {
      const total = components.reduce((sum, each) => sum + (each[quantity] ?? 0), 0);
      for (const each of components) {
        shares.set(each.title, Math.max(shares.get(each.title) ?? 0, (each[quantity] ?? 0) / total));
      }
    }
  }
  return componentColours([...shares].sort((a, b) => b[1] - a[1]).map(([name]) => name));
}

/** What a decision costs, as a section of the report. */
export function costSection(cost: CostDocument, { sensitivity, breakEven = [], validation }: CostExtras = {}): Section {
  const priced = [{ name: cost.architecture, ...cost }, ...cost.baselines.filter(({ area }) => area !== null)];
  const colours = coloursOf(priced);
  const figures = [
    {
      figure: costBars({
        quantity: 'energy per decision',
        unit: 'J',
        colours,
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
            figure: areaTreemap({
              title: `Area of the ${cost.architecture} by component`,
              parts: cost.components.map(({ title, area }) => ({ name: title, area: area * 1e6 })),
              colours,
            }),
            caption: `Area by component, ${formatNumber(cost.area * 1e6, 3)} mm² in all.`,
          },
        ]),
    ...(cost.roofline
      ? [
          {
            figure: rooflineFigure(cost.roofline),
            caption: 'Each layer while it runs, under the roofs that the arrays and the activation buffer set.',
          },
        ]
      : []),
    ...(sensitivity
      ? [
          {
            figure: tornado({
              quantity: `ratio to SRAM, ${ratioNames[sensitivity.ratio]}`,
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
    ...breakEven.map(({ axis, points, crossings }) => ({
      figure: curves({
        xTitle: axes[axis].title,
        yTitle: 'energy per decision (J)',
        xType: 'log',
        yType: 'log',
        series: (['design', 'baseline'] as const).map(side => ({
          name: side === 'design' ? 'this architecture' : 'SRAM',
          x: points.map(({ at }) => at),
          y: points.map(point => point[side]),
        })),
      }),
      caption: crossingText(axis, points, crossings),
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

const ratioNames = { energy: 'energy', energyArea: 'energy · area', area: 'area' } as const;

/** This design and its baselines, side by side. */
export function comparisonTable(cost: CostDocument): Table {
  const own = { name: cost.architecture, samples: cost.workload.samples, ...cost };
  const rows = [own, ...cost.baselines].map(one => [
    one.name,
    one.samples,
    'ratio' in one && one.architecture !== 'processor' ? qualityText(one.quality) : '',
    quantity(one.energyPerDecision, 'J'),
    quantity(one.latency, 's'),
    one.area === null ? '–' : `${formatNumber(one.area * 1e6, 3)} mm²`,
    ...('ratio' in one
      ? [bandCell(one.ratio.energy), bandCell(one.ratio.area), bandCell(one.ratio.energyArea)]
      : [undefined, undefined, undefined]),
  ]);
  return {
    title: 'This architecture and its baselines',
    columns: [
      '',
      'samples',
      'quality',
      'energy / decision',
      'latency',
      'area',
      '× energy',
      '× area',
      '× energy · area',
    ],
    rows,
    note: `Ratios: the baseline’s figure over this architecture’s, above 1 where this architecture is better; median with 5 % and 95 % quantiles. × energy is also the ratio of GOPS/W, × energy · area that of GOPS/W/mm², where both take as many operations. Inside: ${cost.boundary}.`,
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
    title: 'Components, each at its median',
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
    columns: ['', 'unit', 'published', 'computed, median', 'overlap', 'what decides it'],
    rows: validation.map(({ quantity: name, unit, published: [low, high], computed, agrees, note }) => [
      name,
      unit === '1' ? '' : unit,
      low === high ? formatNumber(low, 3) : `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`,
      formatInterval({ mean: computed.central, low: computed.low, high: computed.high }),
      agrees ? 'yes' : 'no',
      note,
    ]),
  };
}
