import { formatQuantity } from '../../src/base/units.ts';
import { type ColourScale, paint } from '../../src/report/colour-scale.ts';
import { channels, seriesColours } from '../../src/report/palette.ts';
import type { Answer } from '../ask.ts';

export type ArrayLook = Answer<'array.look'>;

/** Cells of a page: what was planned for them, and what became of them on a chip. */
export type CellsShown = Answer<'array.page'> & Answer<'array.chip'>;

interface Quantity {
  readonly title: string;
  /** Whether it grows from 0 or goes to both sides of it; kinds are told apart by colour alone. */
  readonly kind: 'amount' | 'deviation' | 'kinds';
  readonly unit: 'S' | 'share';
  /** Whether it changes with chip and time. */
  of(cells: CellsShown, rest: number): ArrayLike<number>;
}

/** What was asked for, S: a target of 0 leaves a cell at rest. */
export const asked = (target: number, rest: number): number => (target === 0 ? rest : target);

function entries({ cells }: CellsShown, of: (i: number) => number): Float32Array {
  const out = new Float32Array(cells.length);
  for (let i = 0; i < out.length; i++) out[i] = of(i);
  return out;
}

/** What may be looked at, by name. */
export const quantities = {
  target: {
    title: 'Target',
    kind: 'amount',
    unit: 'S',
    of: (cells, rest) => entries(cells, i => asked(cells.target[i]!, rest)),
  },
  programmed: { title: 'Programmed', kind: 'amount', unit: 'S', of: ({ programmed }) => programmed },
  error: {
    title: 'Error of programming',
    kind: 'deviation',
    unit: 'S',
    of: (cells, rest) => entries(cells, i => cells.programmed[i]! - asked(cells.target[i]!, rest)),
  },
  aged: { title: 'Aged: conductance now', kind: 'amount', unit: 'S', of: ({ now }) => now },
  change: {
    title: 'Change since programming',
    kind: 'deviation',
    unit: 'S',
    of: cells => entries(cells, i => cells.now[i]! - cells.programmed[i]!),
  },
  faults: { title: 'Stuck and open', kind: 'kinds', unit: 'share', of: ({ fault }) => fault },
  wires: {
    title: 'Voltage drop: lost in the wires',
    kind: 'amount',
    unit: 'share',
    of: cells =>
      entries(cells, i => (cells.seen && cells.now[i]! > 0 ? 1 - cells.seen[i]! / cells.now[i]! : Number.NaN)),
  },
} as const satisfies Readonly<Record<string, Quantity>>;

export type QuantityName = keyof typeof quantities;

/** What may be wrong with a cell, by its code, with the colour that says so. */
export const faults = [
  { name: 'works', colour: '#b9c4cd' },
  { name: 'stuck high', colour: seriesColours[1] },
  { name: 'open', colour: seriesColours[3] },
  { name: 'stuck low', colour: seriesColours[0] },
] as const;

/** A value with its unit. */
export const shown = (value: number, unit: Quantity['unit']): string =>
  (unit === 'S' ? formatQuantity(value, 'S') : `${Number((100 * value).toPrecision(3))} %`).replace('-', '−');

/** The colours of a quantity, up to what 99 % of the cells stay below: conductances by their targets, so that time leaves their colours alone. */
export function scaleOf(
  name: QuantityName,
  values: ArrayLike<number>,
  cells: CellsShown,
  look: ArrayLook,
): ColourScale {
  const { kind, unit } = quantities[name];
  if (kind === 'amount' && unit === 'S') {
    const most = roundedUp(most99(cells.target, target => asked(target, look.rest)));
    return { domain: [0, Math.min(most || look.high, look.high)], table: look.amounts };
  }
  const most = roundedUp(most99(values)) || (unit === 'S' ? 0.01 * look.high : 0.01);
  return kind === 'amount'
    ? { domain: [0, most], table: look.amounts }
    : { domain: [-most, most], table: look.deviations };
}

/** Sizes that are looked at for the ends of a scale. */
const enough = 20_000;

function most99(values: ArrayLike<number>, of: (value: number) => number = Math.abs): number {
  const every = Math.ceil(values.length / enough);
  const sizes: number[] = [];
  for (let i = 0; i < values.length; i += every) if (!Number.isNaN(values[i]!)) sizes.push(of(values[i]!));
  sizes.sort((a, b) => a - b);
  return sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 0;
}

/** The next of 1, 2, 5, 10, … above, so that colours keep their meaning while a slider moves. */
function roundedUp(value: number): number {
  if (!(value > 0)) return 0;
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * decade).find(step => step >= value * (1 - 1e-9))!;
}

/** Opacity of cells that are not of the chosen layer. */
const faint = 36;

/** Red, green, blue and opacity of every place; places without a cell are clear, cells that are not of the layer asked for pale. */
export function coloursOf(
  name: QuantityName,
  { cells, fault }: CellsShown,
  values: ArrayLike<number>,
  scale: ColourScale,
  ofLayer?: (cell: number) => boolean,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8Array(4 * cells.length);
  const colours = faults.map(({ colour }) => channels(colour));
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if (cell < 0) continue;
    if (name === 'faults') out.set(colours[fault[i]!]!, 4 * i);
    else paint(scale, values[i]!, out, 4 * i);
    out[4 * i + 3] = ofLayer && !ofLayer(cell) ? faint : 255;
  }
  return new Uint8ClampedArray(out.buffer);
}
