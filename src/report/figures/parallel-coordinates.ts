import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, ink, quiet } from '../palette.ts';
import { panel } from '../panel.ts';
import { type ParallelAxis, parallelMargins, parallelSize, placeOn, textOn } from './parallel-axis.ts';

export interface ParallelPictured {
  readonly axes: readonly ParallelAxis[];
  /** Values by axis, a number or a name; missing where a variable does not count. */
  readonly lines: readonly { readonly values: readonly (number | string | undefined)[]; readonly front: boolean }[];
}

/** Every design as a line over upright axes, those of the front on top. */
export function parallelFigure({ axes, lines }: ParallelPictured): Figure {
  const order = [...lines].sort((a, b) => Number(a.front) - Number(b.front));
  const points = order.flatMap(({ values, front }, line) =>
    values.flatMap((value, axis) =>
      value === undefined ? [] : [{ axis, at: placeOn(axes[axis]!, value), line, front }],
    ),
  );
  const ticks = axes.flatMap((axis, i) => ticksOf(axis).map(([at, text]) => ({ axis: i, at, text })));
  const { width, height } = parallelSize(axes.length);
  const { side, top, bottom } = parallelMargins;
  const plot = panel({
    width,
    height,
    marginLeft: side,
    marginRight: side,
    marginTop: top,
    marginBottom: bottom,
    x: { axis: null, domain: [0, axes.length - 1] },
    y: { axis: null, domain: [0, 1] },
    marks: [
      Plot.line(
        points.filter(({ front }) => !front),
        { x: 'axis', y: 'at', z: 'line', stroke: quiet, strokeOpacity: 0.18, strokeWidth: 0.8 },
      ),
      Plot.line(
        points.filter(({ front }) => front),
        { x: 'axis', y: 'at', z: 'line', stroke: colourOf(0), strokeOpacity: 0.85, strokeWidth: 1.5 },
      ),
      Plot.ruleX(
        axes.map((_, i) => i),
        { stroke: ink },
      ),
      Plot.text(ticks, {
        x: 'axis',
        y: 'at',
        text: 'text',
        dx: 4,
        textAnchor: 'start',
        fontSize: 9,
        stroke: 'white',
        strokeWidth: 3,
        fill: ink,
      }),
      Plot.text(
        axes.map(({ name }, axis) => ({ axis, name: shortened(name), at: 1 })),
        { x: 'axis', y: 'at', text: 'name', dy: -14, fontSize: 10, fontWeight: 600, lineAnchor: 'bottom' },
      ),
    ],
  });
  const entries = [
    { name: 'on the front', colour: colourOf(0) },
    { name: 'other designs', colour: quiet },
  ];
  return figure('Designs over their variables and objectives', [[legend(width, entries, side)], [plot]], {
    columns: ['on the front', ...axes.map(({ name }) => name)],
    rows: lines.map(({ values, front }) => [front ? 'yes' : 'no', ...values]),
  });
}

/** The last two parts of a path, in lines. */
const shortened = (name: string): string => name.split('.').slice(-2).join('\n');

function ticksOf(axis: ParallelAxis): [number, string][] {
  const { values, low = 0, high = 1 } = axis;
  if (values) return values.map(value => [placeOn(axis, value), value]);
  return [low, high].map(value => [placeOn(axis, value), textOn(axis, value)]);
}
