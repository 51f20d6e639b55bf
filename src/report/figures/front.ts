import * as Plot from '@observablehq/plot';
import type { Interval } from '../../uncertainty/index.ts';
import { type Figure, figure, type Panel } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, faint, quiet, symbolOf } from '../palette.ts';
import { panel } from '../panel.ts';
import { formatInterval } from '../table.ts';

/** An objective as an axis. */
export interface ObjectiveAxis {
  readonly name: string;
  /** SI unit; `1` or nothing for plain numbers. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Whether equal ratios are equal distances. */
  readonly logarithmic: boolean;
}

export interface FrontPictured {
  readonly axes: readonly ObjectiveAxis[];
  /** Values of designs that are not on the front, by objective. */
  readonly others: readonly (readonly number[])[];
  /** Designs of the front in its order, by objective: as searched, and as confirmed where they were. */
  readonly front: readonly { readonly searched: readonly Interval[]; readonly confirmed?: readonly Interval[] }[];
}

/** What designs are worth: each pair of objectives, the front with its intervals, searched and confirmed. */
export function frontFigure({ axes, others, front }: FrontPictured): Figure {
  const pairs = axes.flatMap((_, y) => axes.slice(0, y).map((_, x) => [x, y] as const));
  const panels = (pairs.length > 0 ? pairs : [[0, 0] as const]).map(([x, y]) =>
    pairPanel({ axes, others, front }, x, y),
  );
  const entries = [
    { name: 'searched', colour: colourOf(0), mark: symbolOf(0) },
    ...(front.some(({ confirmed }) => confirmed)
      ? [{ name: 'confirmed', colour: colourOf(1), mark: symbolOf(1) }]
      : []),
    { name: 'other designs', colour: quiet, mark: symbolOf(0) },
  ];
  return figure(
    `Designs by ${axes.map(({ name }) => name).join(' and ')}`,
    [[legend(640, entries, 74)], ...panels.map(each => [each])],
    {
      columns: ['design', ...axes.flatMap(axis => [axisTitle(axis), 'low', 'high'])],
      rows: [
        ...front.flatMap(({ searched, confirmed }) => [
          ['on the front, searched', ...searched.flatMap(ends)],
          ...(confirmed ? [['on the front, confirmed', ...confirmed.flatMap(ends)]] : []),
        ]),
        ...others.map(values => ['other', ...values.flatMap(value => [value, undefined, undefined])]),
      ],
    },
  );
}

/** `energyPerDecision 3.1e−9 [2.9e−9, 3.3e−9] J`. */
const told = ({ name, unit }: ObjectiveAxis, found: Interval): string =>
  `${name} ${formatInterval(found)}${unit && unit !== '1' ? ` ${unit}` : ''}`;

const ends = ({ mean, low, high }: Interval): number[] => [mean, low, high];

/** Title of an axis: name, the better side and unit. */
export const axisTitle = ({ name, unit, better }: ObjectiveAxis): string =>
  `${name}, ${better} is better${unit && unit !== '1' ? ` (${unit})` : ''}`;

function pairPanel({ axes, others, front }: FrontPictured, x: number, y: number): Panel {
  const marks = (kind: 'searched' | 'confirmed') =>
    front.flatMap(design => {
      const found = design[kind];
      if (!found) return [];
      const [a, b] = [found[x]!, found[y]!];
      const title = `${kind}: ${told(axes[x]!, a)}, ${told(axes[y]!, b)}`;
      return [{ x: a.mean, y: b.mean, x1: a.low, x2: a.high, y1: b.low, y2: b.high, title }];
    });
  const domains = axes.map((_, j) => domainOf({ axes, others, front }, j));
  const inside = others.filter(values =>
    [x, y].every(j => values[j]! >= domains[j]![0] && values[j]! <= domains[j]![1]),
  );
  const scale = (j: number) => ({
    label: axisTitle(axes[j]!),
    grid: true,
    ticks: 6,
    domain: domains[j]!,
    ...(axes[j]!.logarithmic && { type: 'log' as const }),
  });
  const drawn = (kind: 'searched' | 'confirmed', i: number) => {
    const points = marks(kind);
    const common = { stroke: colourOf(i), strokeWidth: 1.4 };
    return [
      Plot.line(points, { x: 'x', y: 'y', sort: 'x', stroke: colourOf(i), strokeOpacity: 0.5, curve: 'step-after' }),
      Plot.ruleX(points, { x: 'x', y1: 'y1', y2: 'y2', ...common }),
      Plot.ruleY(points, { y: 'y', x1: 'x1', x2: 'x2', ...common }),
      Plot.dot(points, { x: 'x', y: 'y', fill: colourOf(i), symbol: symbolOf(i), r: 4, title: 'title' }),
    ];
  };
  return panel({
    width: 640,
    height: 360,
    marginLeft: 74,
    marginRight: 20,
    marginTop: 10,
    marginBottom: 46,
    x: scale(x),
    y: { ...scale(y), labelOffset: 60 },
    marks: [
      Plot.dot(inside, { x: d => d[x], y: d => d[y], fill: faint, stroke: quiet, strokeWidth: 0.4, r: 2.4 }),
      drawn('searched', 0),
      drawn('confirmed', 1),
    ],
  });
}

/** All of the front with its intervals, and nine in ten of the other designs, those nearest to its better side. */
function domainOf({ axes, others, front }: FrontPictured, j: number): [number, number] {
  const { better, logarithmic } = axes[j]!;
  const ends = front.flatMap(({ searched, confirmed }) =>
    [searched[j]!, confirmed?.[j]].flatMap(each => (each ? [each.low, each.high] : [])),
  );
  const sorted = others.map(values => values[j]!).sort((a, b) => (better === 'lower' ? a - b : b - a));
  const near = sorted.slice(0, Math.ceil(0.9 * sorted.length));
  const all = [...ends, ...near].filter(value => !logarithmic || value > 0);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (logarithmic) return [low / 1.15, high * 1.15];
  const margin = 0.04 * (high - low) || Math.abs(high) || 1;
  return [low - margin, high + margin];
}
