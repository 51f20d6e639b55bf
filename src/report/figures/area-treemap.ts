import { formatNumber } from '../../base/index.ts';
import { escapeText } from '../escape.ts';
import { type Figure, figure, type Panel } from '../figure.ts';
import { legend } from '../legend.ts';
import { lighter, quiet } from '../palette.ts';

export interface AreaTreemap {
  readonly title: string;
  readonly parts: readonly { readonly name: string /** mm². */; readonly area: number }[];
  readonly colours: ReadonlyMap<string, string>;
}

/** Of words on boxes, which are pale on every page. */
const onPale = '#20262b';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const width = 640;
const height = 300;

/** Rectangles whose areas are those of the components, largest first, with a legend that names those too small for words. */
export function areaTreemap({ title, parts, colours }: AreaTreemap): Figure {
  const sorted = parts.filter(({ area }) => area > 0).sort((a, b) => b.area - a.area);
  const total = sorted.reduce((sum, { area }) => sum + area, 0);
  const boxes = squarify(
    sorted.map(({ area }) => (area / total) * width * height),
    { x: 0, y: 0, width, height },
  );
  const colourFor = (name: string) => lighter(colours.get(name) ?? quiet, 0.3);
  const sizeOf = (area: number) => `${formatNumber(area, 3)} mm², ${((100 * area) / total).toFixed(1)} %`;
  const content = sorted
    .map(({ name, area }, i) => {
      const { x, y, width: w, height: h } = boxes[i]!;
      const colour = colourFor(name);
      const box = `<rect x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}" fill="${colour}" stroke="white" stroke-width="2"><title>${escapeText(`${name}: ${sizeOf(area)}`)}</title></rect>`;
      const fits = w > 7 * name.length + 8 && h > 20;
      const text = fits
        ? `<text x="${at(x + 6)}" y="${at(y + 16)}" text-anchor="start" fill="${onPale}">${escapeText(name)}</text>`
        : '';
      const share =
        fits && h > 38
          ? `<text x="${at(x + 6)}" y="${at(y + 32)}" text-anchor="start" font-size="11" fill="${onPale}">${sizeOf(area)}</text>`
          : '';
      return box + text + share;
    })
    .join('');
  const plot: Panel = { width, height, content };
  const entries = sorted.map(({ name, area }) => ({
    name: `${name}: ${sizeOf(area)}`,
    colour: colourFor(name),
    mark: 'box' as const,
  }));
  return figure(title, [[plot], [{ width, height: 10, content: '' }], [legend(width, entries)]], {
    columns: ['component', 'area (mm²)'],
    rows: sorted.map(({ name, area }) => [name, area]),
  });
}

const at = (value: number): string => `${Math.round(value * 100) / 100}`;

/** Fills a box row by row along its shorter side, closing a row when another entry would make it more oblong (Bruls 2000). */
function squarify(areas: readonly number[], box: Box): Box[] {
  const out: Box[] = [];
  let { x, y, width: w, height: h } = box;
  let from = 0;
  while (from < areas.length) {
    const side = Math.min(w, h);
    let to = from + 1;
    while (to < areas.length && worst(areas, from, to + 1, side) <= worst(areas, from, to, side)) to++;
    const sum = areas.slice(from, to).reduce((total, area) => total + area, 0);
    const depth = sum / side;
    let along = 0;
    for (let i = from; i < to; i++) {
      const length = areas[i]! / depth;
      out.push(
        w >= h ? { x, y: y + along, width: depth, height: length } : { x: x + along, y, width: length, height: depth },
      );
      along += length;
    }
    if (w >= h) {
      x += depth;
      w -= depth;
    } else {
      y += depth;
      h -= depth;
    }
    from = to;
  }
  return out;
}

/** Largest ratio of sides in a row of entries from … to−1. */
function worst(areas: readonly number[], from: number, to: number, side: number): number {
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = from; i < to; i++) {
    sum += areas[i]!;
    least = Math.min(least, areas[i]!);
    most = Math.max(most, areas[i]!);
  }
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}
