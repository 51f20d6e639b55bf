// Runs the benchmarks and prints their figures: `npm run bench`, or `npm run bench -- kernels crossbar` for some of them;
// `npm run bench -- compare convolution nuts` for the rows of compare whose names have one of the words.
// `--json FILE` also writes them. The bench files are TypeScript; what they import of src is taken from the compiled dist.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runnerImport } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf('--json');
const jsonFile = at >= 0 ? args.splice(at, 2)[1] : undefined;
const known = readdirSync(here)
  .filter(file => file.endsWith('.ts'))
  .map(file => file.slice(0, -3));
const words = args[0] === 'compare' ? args.splice(1) : [];
const unknown = args.filter(name => !known.includes(name));
if (unknown.length > 0) refuse('benchmark', unknown, known);

/** Imports of `../src/x.ts`, from folders too, become imports of the compiled `../dist/x.js`. */
const compiled = {
  name: 'compiled-sources',
  enforce: 'pre',
  resolveId(source) {
    const match = /^(?:\.\.\/)+src\/(.*)\.ts$/.exec(source);
    return match ? { id: pathToFileURL(join(here, '..', 'dist', `${match[1]}.js`)).href, external: true } : undefined;
  },
};

const all = {};
let missed = 0;
for (const name of args.length > 0 ? args : known) {
  const { module } = await runnerImport(join(here, `${name}.ts`), {
    configFile: false,
    logLevel: 'error',
    plugins: [compiled],
  });
  const bench = Object.values(module).find(value => value && typeof value.run === 'function');
  if (!bench) continue;
  const lost = words.filter(word => !bench.names.some(row => has(row, word)));
  if (lost.length > 0) refuse(`row of ${name}`, lost, bench.names);
  process.stderr.write(`${name} …\n`);
  const rows = await bench.run(
    words.length > 0 ? bench.names.filter(row => words.some(word => has(row, word))) : undefined,
  );
  all[name] = rows;
  process.stdout.write(`\n${name}\n`);
  for (const { name: what, value, unit, goal, met, note } of rows) {
    if (met === false) missed++;
    const verdict = met === undefined ? '' : met ? ': met' : ': MISSED';
    process.stdout.write(
      `  ${what.padEnd(64)} ${figure(value).padStart(10)} ${unit}${goal === undefined ? '' : `  goal ${goal}${verdict}`}${note ? `  (${note})` : ''}\n`,
    );
  }
}
if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(all, null, 2)}\n`);
process.stdout.write(missed === 0 ? '\nAll goals met.\n' : `\n${missed} goals missed.\n`);

function has(row, word) {
  return row.toLowerCase().includes(word.toLowerCase());
}

function refuse(what, names, known) {
  process.stderr.write(`posterohm: no ${what} named ${names.join(', ')}; known: ${known.join('; ')}.\n`);
  process.exit(2);
}

function figure(value) {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
