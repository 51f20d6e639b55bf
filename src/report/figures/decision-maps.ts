import * as Plot from '@observablehq/plot';
import { type Figure, figure, type Panel } from '../figure.ts';
import { colourBar, legend } from '../legend.ts';
import { colourOf, ink, symbolOf } from '../palette.ts';
import { heading, panel } from '../panel.ts';
import { colouredPixels } from '../pixels.ts';
import { decisionBoundaries } from './decision-boundaries.ts';
import { classColour, decisionColours, pairScale } from './decision-colours.ts';
import { type Grid, type MapPoints, overGrid, pixelExtent, topDown } from './grid.ts';

export interface DecisionMaps {
  readonly grid: Grid;
  readonly classNames: readonly string[];
  /** One map each, such as software and hardware; `probabilities`: mean over samples, [rows, columns, classes]. */
  readonly maps: readonly { readonly title: string; readonly probabilities: ArrayLike<number> }[];
  readonly points?: MapPoints;
}

/** Which class is predicted where, how surely (white: undecided), and the boundary between the decisions. */
export function decisionMaps({ grid, classNames, maps, points }: DecisionMaps): Figure {
  const classes = classNames.length;
  const pair = classes === 2;
  const sides = { left: 52, right: 10, top: 6, bottom: 42 };
  const width = Math.floor((800 - (pair ? 86 : 0)) / Math.max(2, maps.length));
  const height = plotHeight(grid, width - sides.left - sides.right) + sides.top + sides.bottom;
  const panels = maps.map(({ probabilities }) =>
    panel({
      width,
      height,
      marginLeft: sides.left,
      marginRight: sides.right,
      marginTop: sides.top,
      marginBottom: sides.bottom,
      x: { domain: [...pixelExtent(grid).x], label: grid.xTitle, ticks: 5 },
      y: { domain: [...pixelExtent(grid).y], label: grid.yTitle, ticks: 5 },
      marks: [
        colouredPixels(
          topDown(decisionColours(probabilities, classes, grid.columns * grid.rows), grid.columns, 3),
          grid.columns,
          grid.rows,
          pixelExtent(grid),
          'auto',
        ),
        points && dots(points, grid),
        boundaries(probabilities, classes, grid),
        Plot.frame({ stroke: ink }),
      ],
    }),
  );
  const bar: Panel[] = pair ? [colourBar(pairScale(), `P(${classNames[1]})`, height, sides.top, sides.bottom)] : [];
  const keys = classNames.map((name, c) =>
    points ? { name, colour: colourOf(c), mark: symbolOf(c) } : { name, colour: classColour(c), mark: 'box' as const },
  );
  const entries = [...keys, { name: 'decision boundary', colour: ink }];
  return figure(
    `Decision maps: ${maps.map(map => map.title).join(', ')}`,
    [maps.map(map => heading(width, map.title, sides.left)), [...panels, ...bar], [legend(800, entries, sides.left)]],
    {
      columns: [
        grid.xTitle,
        grid.yTitle,
        ...maps.flatMap(({ title }) => classNames.map(name => `${title}: P(${name})`)),
      ],
      rows: overGrid(grid, n =>
        maps.flatMap(({ probabilities }) => classNames.map((_, c) => probabilities[n * classes + c]!)),
      ),
    },
  );
}

/** Height in pixels that shows both inputs to one scale where that is neither flat nor tall. */
export function plotHeight({ x, y }: Grid, width: number): number {
  return Math.round(width * Math.min(1.1, Math.max(0.75, (y[1] - y[0]) / (x[1] - x[0]))));
}

function boundaries(probabilities: ArrayLike<number>, classes: number, grid: Grid): Plot.Markish {
  const place = (index: number, [low, high]: readonly [number, number], steps: number) =>
    low + (index * (high - low)) / (steps - 1);
  return decisionBoundaries(probabilities, classes, grid.columns, grid.rows).map(found => {
    const segments = found.map(([c1, r1, c2, r2]) => [
      place(c1, grid.x, grid.columns),
      place(r1, grid.y, grid.rows),
      place(c2, grid.x, grid.columns),
      place(r2, grid.y, grid.rows),
    ]);
    return Plot.link(segments, {
      x1: '0',
      y1: '1',
      x2: '2',
      y2: '3',
      stroke: ink,
      strokeWidth: 2,
      strokeLinecap: 'round',
    });
  });
}

/** The data points inside the map, by class. */
export function dots({ x, y, label }: MapPoints, grid: Grid): Plot.Markish {
  const extent = pixelExtent(grid);
  const inside = Array.from(label, (c, i) => ({ x: x[i]!, y: y[i]!, c })).filter(
    p => p.x >= extent.x[0] && p.x <= extent.x[1] && p.y >= extent.y[0] && p.y <= extent.y[1],
  );
  return [...new Set(inside.map(p => p.c))]
    .sort((a, b) => a - b)
    .map(c =>
      Plot.dot(
        inside.filter(p => p.c === c),
        { x: 'x', y: 'y', r: 2.8, symbol: symbolOf(c), fill: colourOf(c), stroke: 'white', strokeWidth: 0.8 },
      ),
    );
}
