import { faint, ink, onDark, quiet } from './palette.ts';

/** Figures are drawn for white paper; on a dark page their lines, letters and series take colours that stand out there. */
const figuresOnDark = Object.entries(onDark)
  .map(([paper, dark]) => `figure [fill="${paper}"] { fill: ${dark}; } figure [stroke="${paper}"] { stroke: ${dark}; }`)
  .join('\n  ');

/** Shadows at those edges behind which there is more to scroll to (the covers move along with the content, the shadows do not). */
const scrolling = `background:
  linear-gradient(90deg, var(--paper) 40%, transparent) 0 0 / 2.5rem 100% no-repeat local,
  linear-gradient(-90deg, var(--paper) 40%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
  linear-gradient(90deg, var(--shade), transparent) 0 0 / .8rem 100% no-repeat scroll,
  linear-gradient(-90deg, var(--shade), transparent) 100% 0 / .8rem 100% no-repeat scroll;`;

/** The style sheet of the report: light or dark as the reader's system is, one column, readable on a telephone and on paper. */
export const style = `
:root { color-scheme: light dark; --ink: ${ink}; --quiet: #57606a; --line: ${faint}; --accent: #0072b2; --paper: #ffffff; --wash: #f5f7f9; --shade: #1c212638; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
header { border-bottom: 3px solid var(--accent); margin-bottom: 1.5rem; padding-bottom: .4rem; }
header p { color: var(--quiet); font-size: .85rem; letter-spacing: .04em; margin: 0; text-transform: uppercase; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 .4rem; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; }
p, ul, ol { margin: 0 0 .9rem; max-width: 44rem; }
.summary { font-size: 1.08rem; }
nav { margin: 1.2rem 0 0; font-size: .92rem; }
nav a { display: inline-block; margin: 0 1.2em .2em 0; }
nav a[aria-current] { color: var(--ink); font-weight: 600; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.table { margin: 1.1rem 0 1.4rem; overflow-x: auto; ${scrolling} }
table { border-collapse: collapse; font-size: .93rem; font-variant-numeric: tabular-nums; min-width: 26rem; }
caption { caption-side: top; font-weight: 600; padding-bottom: .4rem; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .38rem 1.2rem .38rem 0; text-align: left; vertical-align: baseline; }
thead th, thead td { border-bottom: 2px solid var(--ink); vertical-align: bottom; }
tbody th { font-weight: 400; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
.range { color: var(--quiet); }
.wide table { font-size: .8rem; min-width: 0; }
.wide th, .wide td { padding-right: .9rem; }
.wide .range { display: block; font-size: .7rem; }
th:last-child, td:last-child { padding-right: 0; }
.note { color: var(--quiet); font-size: .87rem; margin: .5rem 0 0; }
figure { margin: 1.4rem 0 2rem; }
figure svg { display: block; height: auto; max-width: 100%; }
figcaption { color: var(--quiet); font-size: .9rem; line-height: 1.45; margin-top: .5rem; max-width: 46rem; }
figcaption b { color: var(--ink); }
button { background: none; border: 0; color: inherit; cursor: pointer; font: inherit; padding: 0; text-align: inherit; }
button:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.save { color: var(--quiet); font-size: .82rem; margin: .3rem 0 0; }
.save button { color: var(--accent); margin-left: .7em; }
th[aria-sort="ascending"] button::after { content: ' ▲'; font-size: .7em; }
th[aria-sort="descending"] button::after { content: ' ▼'; font-size: .7em; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 4px; font: .85rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; margin: 0 0 1rem; overflow-x: auto; padding: .8rem 1rem; }
dl { display: grid; gap: .2rem 1.4rem; grid-template-columns: max-content 1fr; margin: 0 0 1rem; }
dt { color: var(--quiet); }
dd { font-variant-numeric: tabular-nums; margin: 0; overflow-wrap: anywhere; }
.citations { font-size: .93rem; padding-left: 0; list-style: none; }
.citations li { margin-bottom: .4rem; }
.citations b { margin-right: .5em; }
@media (max-width: 40rem) { main { padding: 1.2rem 1rem 3rem; } h1 { font-size: 1.5rem; } table { min-width: 0; } .range { display: block; } figure .picture { overflow-x: auto; ${scrolling} } figure svg { max-width: none; } }
@media screen and (min-width: 76rem) {
  main { margin-left: max(17rem, calc(50vw - 28rem)); }
  nav { border-left: 1px solid var(--line); left: max(1.5rem, calc(50vw - 43.5rem)); margin: 0; max-height: calc(100vh - 5rem); overflow-y: auto; padding-left: 1rem; position: fixed; top: 2.5rem; width: 14rem; }
  nav a { display: block; margin: 0 0 .35em; }
}
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: ${onDark[ink]}; --quiet: ${onDark[quiet]}; --line: ${onDark[faint]}; --accent: #6cb6ee; --paper: #14181c; --wash: #1c2228; --shade: #000000b0; }
  figure svg { color: var(--ink); }
  ${figuresOnDark}
}
@media print {
  @page { margin: 18mm 16mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  nav, .save { display: none; }
  a { color: inherit; }
  h2 { break-after: avoid; }
  figure, .table, tr { break-inside: avoid; }
  pre { overflow: visible; white-space: pre-wrap; }
}
`;
