import { onDark } from '../../src/report/palette.ts';

/** Figures are drawn for white paper: on a dark page their lines, letters and series take the colours that reports give them there. */
export function paintFiguresDark(): void {
  const rules = Object.entries(onDark).map(
    ([paper, dark]) =>
      `figure svg [fill="${paper}"] { fill: ${dark}; } figure svg [stroke="${paper}"] { stroke: ${dark}; }`,
  );
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@media screen and (prefers-color-scheme: dark) { ${rules.join(' ')} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
