// Draws the README's picture: the maps of a report, those of a run on a plane, below each other.
// `node scripts/picture.mjs RUN [FILE]`; FILE is docs/images/moons.svg by default.
import { writeFile } from 'node:fs/promises';
import { mapsSection } from '../dist/report/sections/maps.js';
import { evaluateRun, openDirectory } from '../dist/run/index.js';

const [path, file = 'docs/images/moons.svg'] = process.argv.slice(2);
if (!path) {
  process.stderr.write('usage: node scripts/picture.mjs RUN [FILE]\n');
  process.exit(2);
}
const { run } = await openDirectory(path, { folder: process.cwd() });
const { evaluated } = await evaluateRun({ run, variants: [] });
const [maps] = mapsSection(run.subject, evaluated);
if (!maps) {
  process.stderr.write(`${path}: has no maps; give a run with two inputs and classes.\n`);
  process.exit(2);
}
await writeFile(file, below(maps.figures.map(({ svg }) => svg)));

/** Pictures below each other on white. */
function below(pictures) {
  const sizes = pictures.map(svg => /width="(\d+)" height="(\d+)"/.exec(svg).slice(1).map(Number));
  const width = Math.max(...sizes.map(size => size[0]));
  let y = 0;
  const parts = pictures.map((svg, i) => {
    const part = svg.trimEnd().replace('<svg ', `<svg y="${y}" `);
    y += sizes[i][1];
    return part;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Decisions and uncertainty in software and on the chip" ` +
    `viewBox="0 0 ${width} ${y}" width="${width}" height="${y}"><rect width="100%" height="100%" fill="white"/>${parts.join('')}</svg>\n`
  );
}
