import type * as Plot from '@observablehq/plot';
import { encode } from 'fast-png';
import { type ColourScale, paint } from './colour-scale.ts';

/** The rectangle that an image fills, in the plot's own units. */
export interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** `pixelated` for separate things such as cells, `auto` (smoothed) for samples of a field. */
export type Look = 'pixelated' | 'auto';

/** A mark that shows numbers as coloured pixels. `values`: [rows, columns], the first row at the upper end of `y`. */
export function pixels(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  scale: ColourScale,
  extent: Extent,
  look: Look = 'pixelated',
): Plot.Markish {
  const colours = new Uint8Array(3 * columns * rows);
  for (let i = 0; i < columns * rows; i++) paint(scale, values[i]!, colours, 3 * i);
  return colouredPixels(colours, columns, rows, extent, look);
}

/** As `pixels`, for colours: [rows, columns, 3]. */
export function colouredPixels(
  colours: Uint8Array,
  columns: number,
  rows: number,
  extent: Extent,
  look: Look = 'pixelated',
): Plot.Markish {
  const url = pngUrl(colours, columns, rows);
  return (_index, { x, y }, _values, _dimensions, { document }) => {
    const [left, right] = extent.x.map(end => x!(end) as number);
    const [bottom, top] = extent.y.map(end => y!(end) as number);
    const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    const attributes = {
      x: left!,
      y: top!,
      width: right! - left!,
      height: bottom! - top!,
      preserveAspectRatio: 'none',
      'image-rendering': look,
      href: url,
    };
    for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, `${value}`);
    return image;
  };
}

/** A PNG image as a data URL. `colours`: [rows, columns, 3]. */
function pngUrl(colours: Uint8Array, columns: number, rows: number): string {
  const file = encode({ width: columns, height: rows, data: colours, channels: 3, depth: 8 });
  let binary = '';
  for (let i = 0; i < file.length; i++) binary += String.fromCharCode(file[i]!);
  return `data:image/png;base64,${btoa(binary)}`;
}
