import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import type { Segment } from '../../src/report/figures/isoline.ts';
import { colourOf } from '../../src/report/palette.ts';

export interface Plane {
  /** Points per side; entry r · side + c is at column c from the left, row r from below. */
  readonly side: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

interface Given {
  readonly title: string;
  readonly plane: Plane;
  readonly names: readonly string[];
  /** Red, green, blue of every point, [side, side, 3], from below. */
  readonly colours: Uint8Array;
  readonly boundaries?: readonly (readonly Segment[])[];
  /** Points with their classes, in the inputs' own units. */
  readonly points?: { readonly inputs: Float32Array; readonly labels: Int32Array };
  /** The chosen point. */
  readonly chosen?: number;
  readonly choose: (number: number) => void;
  /** What is said of the chosen point. */
  readonly said: string;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Colours over the plane of two inputs; a click or the arrow keys choose a point of it. */
export function PlaneMap({ title, plane, names, colours, boundaries = [], points, chosen, choose, said }: Given) {
  const { side, x, y } = plane;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current!, colours, side), [colours, side]);
  const at = (event: PointerEvent<SVGSVGElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const place = (share: number) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
    choose(place(1 - (event.clientY - top) / height) * side + place((event.clientX - left) / width));
  };
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const from = chosen ?? Math.floor(side / 2) * (side + 1);
    const inside = (value: number) => Math.min(side - 1, Math.max(0, value));
    choose(inside(Math.floor(from / side) + step[1]) * side + inside((from % side) + step[0]));
  };
  return (
    <figure className="map two-axes">
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: no element means a picture whose points are chosen. */}
      <div
        role="group"
        aria-label={`${title}: map over ${names.join(' and ')}; arrow keys choose a point. ${said}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys need a place.
        tabIndex={0}
        className="plane"
        onKeyDown={move}
      >
        <canvas ref={canvas} width={side} height={side} aria-hidden />
        <svg
          viewBox={`-0.5 -0.5 ${side} ${side}`}
          preserveAspectRatio="none"
          aria-hidden
          onPointerDown={at}
          onPointerMove={event => event.buttons === 1 && at(event)}
        >
          {boundaries.map((segments, c) => (
            <path key={names[c] ?? c} className="boundary" d={lineOf(segments, side)} />
          ))}
          {points && <Points {...points} plane={plane} />}
          {chosen !== undefined && (
            <path
              className="cross"
              d={`M${chosen % side} -0.5V${side}M-0.5 ${side - 1 - Math.floor(chosen / side)}H${side}`}
            />
          )}
        </svg>
      </div>
      <Ends ends={y} name={names[1]!} upright />
      <Ends ends={x} name={names[0]!} />
    </figure>
  );
}

const short = (value: number): string => `${Number(value.toPrecision(3))}`.replace('-', '−');

const Ends = ({
  ends,
  name,
  upright = false,
}: {
  readonly ends: readonly [number, number];
  readonly name: string;
  readonly upright?: boolean;
}) => (
  <p className={upright ? 'axis upright' : 'axis'}>
    <span>{short(ends[0])}</span>
    <span>{name}</span>
    <span>{short(ends[1])}</span>
  </p>
);

function paint(canvas: HTMLCanvasElement, colours: Uint8Array, side: number): void {
  const image = new ImageData(side, side);
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      const from = 3 * ((side - 1 - r) * side + c);
      const to = 4 * (r * side + c);
      for (let i = 0; i < 3; i++) image.data[to + i] = colours[from + i]!;
      image.data[to + 3] = 255;
    }
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

const lineOf = (segments: readonly Segment[], side: number): string =>
  segments
    .map(
      ([c1, r1, c2, r2]) =>
        `M${c1.toFixed(2)} ${(side - 1 - r1).toFixed(2)}L${c2.toFixed(2)} ${(side - 1 - r2).toFixed(2)}`,
    )
    .join('');

/** Training points, by class. */
function Points({
  inputs,
  labels,
  plane: { side, x, y },
}: {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly plane: Plane;
}) {
  const place = (value: number, [low, high]: readonly [number, number]) => ((value - low) / (high - low)) * (side - 1);
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  return classes.map(label => {
    const dots = Array.from(labels, (own, i) =>
      own === label
        ? `M${place(inputs[2 * i]!, x).toFixed(2)} ${(side - 1 - place(inputs[2 * i + 1]!, y)).toFixed(2)}h0`
        : '',
    ).join('');
    return (
      <g key={label} className="points">
        <path d={dots} className="rim" />
        <path d={dots} stroke={colourOf(label)} />
      </g>
    );
  });
}
