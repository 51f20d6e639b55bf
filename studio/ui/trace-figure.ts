import { escapeText } from '../../src/report/escape.ts';
import { type Figure, figure } from '../../src/report/figure.ts';
import { colourOf, faint, quiet } from '../../src/report/palette.ts';
import type { Trace } from '../../src/studio/traces.ts';
import { shown } from './format.ts';

const [width, height, left, right, top, bottom] = [360, 190, 58, 8, 26, 34];

/** Share of the steps so far, from the first, that may lie outside of the picture: where work starts, values are of another size. */
const start = 0.1;

/** Lines of one name over their steps, drawn as they grow, without a library. `part` tells it from others of that name on a page. */
export function traceFigure(part: string, name: string, lines: readonly Pick<Trace, 'line' | 'points'>[]): Figure {
  const steps = lines.flatMap(({ points }) => points.map(([step]) => step));
  const x = scale([Math.min(...steps), Math.max(...steps)], [left, width - right]);
  const settled = lines.flatMap(({ points }) =>
    points.filter(([step]) => step >= x.low + start * (x.high - x.low)).map(([, value]) => value),
  );
  const y = scale(settled, [height - bottom, top]);
  const clip = `clip-${part}-${name}`.replace(/\W/g, character => `-${character.charCodeAt(0)}-`);
  const text = (at: string, words: string, colour = 'currentColor') => `<text ${at} fill="${colour}">${words}</text>`;
  const content = [
    `<clipPath id="${clip}"><rect x="${left}" y="${top}" width="${width - left - right}" height="${height - top - bottom}"/></clipPath>`,
    ...ticksOf(y, 5).map(
      value =>
        `<line x1="${left}" x2="${width - right}" y1="${y.at(value)}" y2="${y.at(value)}" stroke="${faint}"/>` +
        text(`x="${left - 6}" y="${y.at(value) + 4}" text-anchor="end"`, shown(value)),
    ),
    ...ticksOf(x, 4).map(value => text(`x="${x.at(value)}" y="${height - bottom + 16}"`, shown(value))),
    text(`x="${(left + width - right) / 2}" y="${height - 4}"`, 'step', quiet),
    ...lines.map(({ points }, i) => {
      const path = points.map(([step, value], k) => `${k ? 'L' : 'M'}${x.at(step)} ${y.at(value)}`).join('');
      return `<path d="${path}" fill="none" stroke="${colourOf(i)}" stroke-width="1.5" clip-path="url(#${clip})"/>`;
    }),
    ...namesOf(lines),
  ].join('');
  return figure(`${name} over steps`, [[{ width, height, content }]], {
    columns: ['line', 'step', name],
    rows: lines.flatMap(({ line, points }) => points.map(([step, value]) => [line ?? name, step, value])),
  });
}

/** Names of lines in their colours, where there are several. */
function namesOf(lines: readonly Pick<Trace, 'line'>[]): readonly string[] {
  if (lines.length < 2) return [];
  const room = (width - left - right) / lines.length;
  return lines.map(({ line = '' }, i) => {
    const at = left + i * room;
    // Where there is no room for words, their last one has to do.
    const name = room > 6.5 * line.length + 18 ? line : line.split(' ').at(-1)!;
    return (
      `<line x1="${at}" x2="${at + 12}" y1="10" y2="10" stroke="${colourOf(i)}" stroke-width="2.5"/>` +
      `<text x="${at + 16}" y="14" text-anchor="start">${escapeText(name)}</text>`
    );
  });
}

interface Scale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

function scale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low || Math.abs(low) || 1;
  const [first, last] = high > low ? [low, high] : [low - range / 2, high + range / 2];
  const at = (value: number) => Number((from + ((value - first) / (last - first)) * (to - from)).toFixed(1));
  return { low: first, high: last, at };
}

/** Round numbers within a scale, about so many. */
export function ticksOf({ low, high }: Pick<Scale, 'low' | 'high'>, about: number): readonly number[] {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find(digit => digit * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  );
}
