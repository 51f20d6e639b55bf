import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import {
  numberOn,
  type ParallelAxis,
  parallelPlaces,
  placeOn,
  textOn,
} from '../../src/report/figures/parallel-axis.ts';
import type { Condition } from '../../src/studio/asked.ts';
import { type Band, bandOf, conditionsOf } from './axis-band.ts';

interface Given {
  readonly axes: readonly ParallelAxis[];
  readonly conditions: readonly Condition[];
  readonly change: (conditions: readonly Condition[]) => void;
}

/** Brushes over the axes of the figure of all designs: what is drawn over an axis, or moved by arrow keys, is asked for. */
export function AxisBrushes({ axes, conditions, change }: Given) {
  const { top, bottom, x } = parallelPlaces(axes.length);
  const percent = (share: number) => `${(100 * share).toFixed(3)}%`;
  return axes.map((axis, i) => {
    const style = { left: percent(x[i]!), top: percent(top), height: percent(bottom - top) };
    const own = conditions.filter(({ name }) => name === axis.name);
    const set = (asked: readonly Condition[]) =>
      change([...conditions.filter(({ name }) => name !== axis.name), ...asked]);
    const View = axis.values ? NamedAxis : RangeAxis;
    return (
      <div key={axis.name} className="axis-brush" style={style}>
        <View axis={axis} conditions={own} change={set} />
      </div>
    );
  });
}

interface OneAxis {
  readonly axis: ParallelAxis;
  /** What is asked of it. */
  readonly conditions: readonly Condition[];
  readonly change: (conditions: readonly Condition[]) => void;
}

/** Where the pointer is on the axis, 0 at its foot … 1 at its head. */
function placeOf(event: PointerEvent<HTMLElement>): number {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  return Math.min(1, Math.max(0, 1 - (event.clientY - top) / height));
}

/** Shares of an axis below which a drag is a click, and by which keys move an end. */
const [least, small, large] = [0.015, 0.02, 0.1];

const moves: Readonly<Record<string, number>> = {
  ArrowUp: small,
  ArrowRight: small,
  ArrowDown: -small,
  ArrowLeft: -small,
  PageUp: large,
  PageDown: -large,
  Home: -1,
  End: 1,
};

function RangeAxis({ axis, conditions, change }: OneAxis) {
  const [drawn, setDrawn] = useState<{ readonly from: number; readonly to: number }>();
  const answered = bandOf(axis, conditions);
  // Keys are faster than answers: they move what was asked last, until another answer is there.
  const [kept, setKept] = useState(answered);
  const [seen, setSeen] = useState(answered);
  if (`${seen}` !== `${answered}`) {
    setSeen(answered);
    setKept(answered);
  }
  const [low, high]: Band = drawn ? [Math.min(drawn.from, drawn.to), Math.max(drawn.from, drawn.to)] : kept;
  const ask = (band: Band) => {
    setKept(band);
    change(conditionsOf(axis, band));
  };
  const move = (end: 0 | 1) => (event: KeyboardEvent) => {
    const by = moves[event.key];
    if (by === undefined && event.key !== 'Escape' && event.key !== 'Delete') return;
    event.preventDefault();
    if (by === undefined) return ask([0, 1]);
    const to = Math.min(1, Math.max(0, kept[end] + by));
    ask(end === 0 ? [Math.min(to, kept[1]), kept[1]] : [kept[0], Math.max(to, kept[0])]);
  };
  const whole = low === 0 && high === 1;
  return (
    <div
      className="strip"
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrawn({ from: placeOf(event), to: placeOf(event) });
      }}
      onPointerMove={event => drawn && setDrawn({ ...drawn, to: placeOf(event) })}
      onPointerCancel={() => setDrawn(undefined)}
      onPointerUp={() => {
        if (!drawn) return;
        setDrawn(undefined);
        ask(high - low < least ? [0, 1] : [low, high]);
      }}
    >
      {!whole && <div className="band" style={{ bottom: `${100 * low}%`, height: `${100 * (high - low)}%` }} />}
      {([0, 1] as const).map(end => (
        <div
          key={end}
          role="slider"
          tabIndex={0}
          className={`end ${end === 0 ? 'lower' : 'upper'}`}
          style={{ bottom: `${100 * (end === 0 ? low : high)}%` }}
          aria-orientation="vertical"
          aria-label={`${axis.name} at ${end === 0 ? 'least' : 'most'}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(100 * (end === 0 ? low : high))}
          aria-valuetext={
            (end === 0 ? low > 0 : high < 1) ? textOn(axis, numberOn(axis, end === 0 ? low : high)) : 'no end'
          }
          onKeyDown={move(end)}
        />
      ))}
    </div>
  );
}

function NamedAxis({ axis, conditions, change }: OneAxis) {
  const values = axis.values!;
  const asked = conditions.find(({ is }) => is !== undefined)?.is;
  const at = asked === undefined ? -1 : values.indexOf(asked);
  const ask = (index: number) => change(index < 0 ? [] : [{ name: axis.name, is: values[index]! }]);
  const move = (event: KeyboardEvent) => {
    const by = moves[event.key];
    if (by === undefined && event.key !== 'Escape' && event.key !== 'Delete') return;
    event.preventDefault();
    ask(by === undefined ? -1 : Math.min(values.length - 1, Math.max(-1, at + Math.sign(by))));
  };
  return (
    <div
      className="strip"
      onPointerUp={event => {
        const index = Math.round(placeOf(event) * (values.length - 1));
        ask(index === at ? -1 : index);
      }}
    >
      <div
        role="slider"
        tabIndex={0}
        className={at < 0 ? 'end none' : 'end is'}
        style={{ bottom: `${100 * (at < 0 ? 0 : placeOn(axis, values[at]!))}%` }}
        aria-orientation="vertical"
        aria-label={`${axis.name} is`}
        aria-valuemin={-1}
        aria-valuemax={values.length - 1}
        aria-valuenow={at}
        aria-valuetext={asked ?? 'any'}
        onKeyDown={move}
      />
    </div>
  );
}
