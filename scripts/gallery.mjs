// Takes the figures of docs/gallery from the reports that its commands have made in a folder.
// `node scripts/gallery.mjs FOLDER`; `npm run validate -- gallery` runs the commands and prints its folder.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Figures by the page's image: the report and the figure's name there. */
export const figures = {
  bring: ['runs/bring/report.html', 'Decision maps: software, hardware'],
  fit: ['lab.html', 'conductance (µS) over time since programming (s)'],
  price: ['runs/price/report.html', 'energy per decision by component'],
  ask: ['runs/ask/report.html', 'Designs by nll after 1 d and energyPerDecision'],
};

/** The figure of a report, on white. */
export async function figureOf(folder, [report, name]) {
  const html = await readFile(join(folder, report), 'utf8');
  const label = html.indexOf(`aria-label="${name}"`);
  if (label < 0) throw new Error(`${report}: has no figure '${name}'`);
  const svg = nested(html, html.lastIndexOf('<svg', label));
  const start = svg.indexOf('>') + 1;
  return `${svg.slice(0, start)}<rect width="100%" height="100%" fill="white"/>${svg.slice(start)}\n`;
}

/** The element from its tag on, with all inside it. */
function nested(html, from) {
  let depth = 0;
  for (const { 0: tag, index } of html.slice(from).matchAll(/<svg\b|<\/svg>/g)) {
    depth += tag === '</svg>' ? -1 : 1;
    if (depth === 0) return html.slice(from, from + index + tag.length);
  }
  throw new Error('an element without an end');
}

const [folder] = process.argv.slice(2);
if (import.meta.filename === process.argv[1]) {
  if (!folder) {
    process.stderr.write('usage: node scripts/gallery.mjs FOLDER\n');
    process.exit(2);
  }
  for (const [image, figure] of Object.entries(figures))
    await writeFile(`docs/images/gallery-${image}.svg`, await figureOf(folder, figure));
}
