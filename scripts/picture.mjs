// Draws the README's picture from a run on a plane: decisions and uncertainty in software and on the first chip.
// `node scripts/picture.mjs RUN [FILE]`; FILE is docs/images/moons.svg by default.
import { writeFile } from 'node:fs/promises';
import { openDirectory } from '../dist/experiment/index.js';
import { decisionMaps, uncertaintyMaps } from '../dist/report/index.js';

const [path, file = 'docs/images/moons.svg'] = process.argv.slice(2);
if (!path) {
  process.stderr.write('usage: node scripts/picture.mjs RUN [FILE]\n');
  process.exit(2);
}
const watch = { threads: 1, progress: () => () => {} };
const { run } = await openDirectory(path, { folder: process.cwd(), watch });
const prediction = await run.prediction();
const points = prediction['grid/points']?.data;
if (!points) {
  process.stderr.write(`${path}: has no maps; give a run with two inputs.\n`);
  process.exit(2);
}
const { dataset } = run.setting;
const count = points.length / 2;
const side = Math.sqrt(count);
const grid = {
  x: [points[0], points.at(-2)],
  y: [points[1], points.at(-1)],
  columns: side,
  rows: side,
  xTitle: dataset.inputNames[0],
  yTitle: dataset.inputNames[1],
};
const sides = ['software', 'hardware'];
const first = (name, length) => prediction[name].data.subarray(0, length);
const { mean, std } = dataset.inputScale ?? { mean: [0, 0], std: [1, 1] };
const axis = i =>
  Float64Array.from({ length: dataset.train.count }, (_, n) => mean[i] + std[i] * dataset.train.inputs[2 * n + i]);
const maps = name => sides.map(title => ({ title, values: first(`${title}/grid/${name}`, count) }));

const figures = [
  decisionMaps({
    grid,
    classNames: dataset.outputNames,
    maps: sides.map(title => ({
      title,
      probabilities: first(`${title}/grid/mean`, count * dataset.outputNames.length),
    })),
    points: { x: axis(0), y: axis(1), label: dataset.train.labels },
  }),
  uncertaintyMaps({
    grid,
    quantities: ['aleatoric', 'epistemic'].map(name => ({
      name: `${name} uncertainty`,
      unit: 'nat',
      maps: maps(name),
    })),
  }),
];
await writeFile(file, below(figures));

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
