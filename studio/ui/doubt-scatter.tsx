import { type KeyboardEvent, type PointerEvent, useMemo } from 'react';
import { colourOf } from '../../src/report/palette.ts';

interface Given {
  readonly title: string;
  readonly aleatoric: Float32Array;
  readonly epistemic: Float32Array;
  /** Whether each input is decided wrongly; absent where nothing is decided. */
  readonly wrong?: readonly boolean[];
  /** Ends of both axes, common to the pictures beside it. */
  readonly most: readonly [number, number];
  readonly unit: string;
  readonly chosen?: number;
  readonly choose: (number: number) => void;
}

const [width, height] = [400, 300];

/** Test inputs by what their doubt is made of; a click chooses the nearest, arrow keys the next in order of doubt. */
export function DoubtScatter({ title, aleatoric, epistemic, wrong, most, unit, chosen, choose }: Given) {
  const x = (i: number) => (aleatoric[i]! / most[0]) * width;
  const y = (i: number) => height - (epistemic[i]! / most[1]) * height;
  const order = useMemo(
    () =>
      Array.from(aleatoric, (_, i) => i).sort((a, b) => aleatoric[b]! + epistemic[b]! - aleatoric[a]! - epistemic[a]!),
    [aleatoric, epistemic],
  );
  const dots = (kept: (i: number) => boolean) =>
    Array.from(aleatoric, (_, i) => (kept(i) ? `M${x(i).toFixed(1)} ${y(i).toFixed(1)}h0` : '')).join('');
  const at = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [px, py] = [
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    ];
    const distance = (i: number) => (x(i) - px) ** 2 + (y(i) - py) ** 2;
    choose(order.reduce((best, i) => (distance(i) < distance(best) ? i : best), 0));
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const from = chosen === undefined ? -step : order.indexOf(chosen);
    choose(order[Math.min(order.length - 1, Math.max(0, from + step))]!);
  };
  return (
    <figure className="map">
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: no element means a picture whose points are chosen. */}
      <div
        role="group"
        aria-label={`${title}: ${aleatoric.length} test inputs by aleatoric and epistemic uncertainty; arrow keys go through them, the most doubtful first`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys need a place.
        tabIndex={0}
        className="scatter"
        onKeyDown={move}
      >
        <svg viewBox={`-8 -8 ${width + 16} ${height + 16}`} preserveAspectRatio="none" aria-hidden onPointerDown={at}>
          <g className="points">
            <path d={dots(i => !wrong?.[i])} stroke={colourOf(0)} />
            <path d={dots(i => wrong?.[i] === true)} stroke={colourOf(1)} />
          </g>
          {chosen !== undefined && <circle className="ring" cx={x(chosen)} cy={y(chosen)} r={9} />}
        </svg>
      </div>
      <p className="axis">
        <span>0</span>
        <span>aleatoric ({unit})</span>
        <span>{Number(most[0].toPrecision(2))}</span>
      </p>
      <p className="axis upright">epistemic 0 to {Number(most[1].toPrecision(2))}</p>
    </figure>
  );
}
