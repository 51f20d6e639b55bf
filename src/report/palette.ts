/** Colours of series, distinguishable with every kind of colour vision (Okabe and Ito, Color Universal Design, 2008). */
export const seriesColours = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const;

/** Marks that tell series apart where colour does not. */
export const seriesSymbols = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye'] as const;

export const ink = '#1c2126';
export const quiet = '#6a737d';
export const faint = '#d8dde2';

/** What stands for these colours on a dark page. */
export const onDark: Readonly<Record<string, string>> = {
  [ink]: '#e4e8ec',
  [quiet]: '#9aa5b0',
  [faint]: '#38424c',
  white: '#14181c',
  '#000000': '#e4e8ec',
  '#0072B2': '#4ba3e3',
  '#D55E00': '#f0803c',
  '#009E73': '#2fbf96',
};

export const colourOf = (series: number): string => seriesColours[series % seriesColours.length]!;
export const symbolOf = (series: number): (typeof seriesSymbols)[number] =>
  seriesSymbols[series % seriesSymbols.length]!;

/** The colour, mixed with white: `share` 0 leaves it as it is. */
export function lighter(colour: string, share: number): string {
  const mixed = channels(colour).map(value => Math.round(value + share * (255 - value)));
  return `rgb(${mixed.join(', ')})`;
}

/** Colours of this many components are told apart: six series, then the same, lighter. */
const components = 12;

/** A colour for each component, by its place in `names`; those beyond the twelfth share a grey. */
export function componentColours(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    names.map((name, i) => {
      const series = seriesColours[i % 6]!;
      return [name, i < 6 ? series : i < components ? lighter(series, 0.5) : quiet];
    }),
  );
}

/** Red, green and blue, 0 … 255, of '#rrggbb' or 'rgb(r, g, b)'. */
export function channels(colour: string): [number, number, number] {
  const found = colour.startsWith('#')
    ? [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16))
    : [...colour.matchAll(/\d+/g)].map(match => Number(match[0]));
  return [found[0]!, found[1]!, found[2]!];
}
