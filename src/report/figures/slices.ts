import * as Plot from '@observablehq/plot';
import { type Figure, figure, type Panel } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, faint, quiet, symbolOf } from '../palette.ts';
import { panel } from '../panel.ts';
import type { ObjectiveAxis } from './front.ts';
import type { ParallelAxis } from './parallel-axis.ts';
import type { ParallelPictured } from './parallel-coordinates.ts';

/** Share of the designs that is drawn besides those of the front: the worst would press all others together. */
const shown = 0.9;

/**
 * Every design by one variable at a time: each objective against each of these variables, those of the front on top. The
 * last axes of the designs are the objectives.
 */
export function slicesFigure(
  { axes, lines }: ParallelPictured,
  objectives: readonly ObjectiveAxis[],
  variables: readonly string[],
): Figure {
  const first = axes.length - objectives.length;
  const rows = variables.map(name => {
    const v = axes.findIndex(axis => axis.name === name);
    return objectives.map((objective, j) => {
      const points = lines.flatMap(({ values, front }) => {
        const [x, y] = [values[v], values[first + j]];
        return x === undefined || typeof y !== 'number' ? [] : [{ x, y, front }];
      });
      return slice(axes[v]!, objective, points);
    });
  });
  const entries = [
    { name: 'on the front', colour: colourOf(0), mark: symbolOf(0) },
    { name: 'other designs', colour: quiet, mark: symbolOf(0) },
  ];
  return figure('Objectives over one variable at a time', [[legend(width * objectives.length, entries, 60)], ...rows], {
    columns: ['on the front', ...axes.map(({ name }) => name)],
    rows: lines.map(({ values, front }) => [front ? 'yes' : 'no', ...values]),
  });
}

const width = 320;

interface Drawn {
  readonly x: number | string;
  readonly y: number;
  readonly front: boolean;
}

function slice(variable: ParallelAxis, objective: ObjectiveAxis, points: readonly Drawn[]): Panel {
  const lower = objective.better === 'lower';
  const sorted = points.map(({ y }) => y).sort((a, b) => (lower ? a - b : b - a));
  const kept = [
    ...sorted.slice(0, Math.ceil(shown * sorted.length)),
    ...points.filter(({ front }) => front).map(({ y }) => y),
  ];
  const [low, high] = [Math.min(...kept), Math.max(...kept)];
  const inside = points.filter(({ y }) => y >= low && y <= high);
  const named = variable.values !== undefined;
  const x = named
    ? { type: 'point' as const, domain: [...variable.values!] }
    : { domain: [variable.low!, variable.high!], ticks: 5, ...(variable.logarithmic && { type: 'log' as const }) };
  const marks = (front: boolean, dot: Plot.DotOptions) =>
    Plot.dot(
      inside.filter(point => point.front === front).map(point => ({ ...point, x: named ? String(point.x) : point.x })),
      { x: 'x', y: 'y', ...dot },
    );
  return panel({
    width,
    height: 190,
    marginLeft: 70,
    marginRight: 16,
    marginTop: 10,
    marginBottom: 44,
    x: { ...x, label: variable.name.split('.').slice(-2).join('.') },
    y: {
      label: `${objective.name}${objective.unit && objective.unit !== '1' ? ` (${objective.unit})` : ''}`,
      grid: true,
      ticks: 5,
      labelOffset: 60,
      ...(objective.logarithmic && { type: 'log' as const }),
    },
    marks: [
      marks(false, { fill: faint, stroke: quiet, strokeWidth: 0.4, r: 2.2 }),
      marks(true, { fill: colourOf(0), r: 3.2 }),
    ],
  });
}
