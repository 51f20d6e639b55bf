import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../src/explore/plain-problem.ts';
import { openRecord } from '../src/explore/record.ts';
import { study } from '../src/explore/study.ts';
import { fillNormal } from '../src/random/index.ts';
import { type AnySampler, gp, nsga2, tpe } from '../src/search/index.ts';
import { trueVolume, zdt1 } from './search.ts';

/** Milliseconds that the record of a trial takes: what was asked for and what was found, each with the system at once. */
async function recordOfTrial(folder: string): Promise<{ added: number; settled: number }> {
  const trials = 1000;
  const record = await openRecord(join(folder, 'record', 'study.jsonl'));
  const point = Object.fromEntries(zdt1.space.variables.map(({ name }, i) => [name, 1 / (i + 3)]));
  const evidence = { first: 1 / 3, second: 2 / 3 };
  const began = performance.now();
  for (let request = 0; request < trials; request++) {
    const at = Date.now();
    record.append({ event: 'asked', at, request, trial: request, rung: 0, purpose: 'new', point, design: point });
    record.append({ event: 'found', at, request, seconds: 1 / 7, evidence });
    await new Promise(resolve => setImmediate(resolve));
  }
  const added = (performance.now() - began) / trials;
  await record.settle();
  const settled = (performance.now() - began) / trials;
  await record.close();
  return { added, settled };
}

/** Milliseconds of a trial that costs nothing itself, record, choice and all. */
async function overhead(folder: string, sampler: AnySampler, trials: number): Promise<number> {
  const problem = problemOf({
    space: zdt1.space,
    objectives: ['first', 'second'],
    evaluate: point => {
      const [first, second] = zdt1.of(point).values;
      return { first: first!, second: second! };
    },
  });
  const began = process.cpuUsage();
  await study(problem, { sampler, budget: { trials }, folder: join(folder, sampler.name) });
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / trials;
}

/** Median over ten seeds of the true hypervolume of what a study of ZDT1 with noise of 0.1 reports as its front. */
async function noisy(sampler: AnySampler, trials: number, repeats: number): Promise<{ median: number; range: string }> {
  const problem = problemOf({
    space: zdt1.space,
    objectives: ['first', 'second'],
    repeats,
    evaluate(point, { key }) {
      const [a, b] = zdt1.of(point).values;
      const z = fillNormal(key, new Float64Array(2));
      return { first: a! + 0.1 * z[0]!, second: b! + 0.1 * z[1]! };
    },
  });
  const volumes: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    const { front } = await study(problem, { sampler, budget: { trials }, seed, window: 0 });
    volumes.push(
      trueVolume(
        zdt1,
        front.map(({ point }) => point),
      ),
    );
  }
  volumes.sort((a, b) => a - b);
  return { median: (volumes[4]! + volumes[5]!) / 2, range: `${volumes[0]!.toFixed(3)} to ${volumes[9]!.toFixed(3)}` };
}

const entry = new URL('../dist/entries/explore.js', import.meta.url).href;

const slow = `import { problemOf } from '${entry}';
export default problemOf({
  space: [{ kind: 'real', name: 'x', low: 0, high: 1 }],
  objectives: ['y'],
  evaluate({ x }) {
    const end = performance.now() + 2000;
    while (performance.now() < end);
    return { y: x };
  },
});
`;

const searching = `import { readFileSync } from 'node:fs';
import { random, study } from '${entry}';
const [processes, trials] = process.argv.slice(2).map(Number);
const folder = String(processes);
const began = performance.now();
await study(new URL('./slow.mjs', import.meta.url), { sampler: random, budget: { trials }, processes, folder });
const whole = (performance.now() - began) / 1000;
const events = readFileSync(folder + '/study.jsonl', 'utf8').trim().split('\\n').map(line => JSON.parse(line));
const ends = events.filter(({ event }) => event === 'found').map(({ at }) => at / 1000);
const each = (ends.at(-1) - ends[processes - 1]) / (trials - processes);
process.stdout.write(JSON.stringify({ whole, each }));
`;

/** Seconds that a study of trials of two seconds takes with so many processes, and that a trial takes once they run. */
function seconds(folder: string, processes: number, trials: number): { readonly whole: number; readonly each: number } {
  writeFileSync(join(folder, 'slow.mjs'), slow);
  writeFileSync(join(folder, 'searching.mjs'), searching);
  const args = ['searching.mjs', `${processes}`, `${trials}`];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }));
}

export const exploreBench = {
  name: 'explore',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'posterohm-bench-'));
    try {
      const { added, settled } = await recordOfTrial(folder);
      const one = seconds(folder, 1, 24);
      const two = seconds(folder, 2, 24);
      const volumes = [];
      for (const [sampler, trials] of [
        [gp, 60],
        [tpe, 300],
      ] as const) {
        for (const repeats of [1, Number.POSITIVE_INFINITY]) {
          const { median, range } = await noisy(sampler, trials, repeats);
          const how = repeats === 1 ? 'each point once' : 'evidence where it promises most';
          volumes.push({
            name: `noisy ZDT1, ${sampler.name}, ${trials} pieces of work, ${how}`,
            value: median,
            unit: '',
            note: range,
          });
        }
      }
      const goal = (value: number, most: number) => ({ value, unit: 'ms', goal: `≤ ${most}`, met: value <= most });
      return [
        {
          name: 'record of a trial, surviving kill −9',
          ...goal(added, 2),
          note: `${settled.toFixed(3)} with all of them on the disk; Optuna's journal 6.6, SQLite 50`,
        },
        {
          name: 'processor time of a trial that costs nothing, NSGA-II, 2,000',
          value: await overhead(folder, nsga2, 2000),
          unit: 'ms',
        },
        { name: '  TPE, 300', value: await overhead(folder, tpe, 300), unit: 'ms' },
        { name: '  Gaussian processes, 60', value: await overhead(folder, gp, 60), unit: 'ms' },
        {
          name: 'two processes over one, 24 trials of 2 s, with the start of processes',
          value: one.whole / two.whole,
          unit: '×',
          goal: '≥ 1.85 on two idle cores',
          met: one.whole / two.whole >= 1.85,
          note: `${one.whole.toFixed(1)} s and ${two.whole.toFixed(1)} s`,
        },
        { name: '  once they run', value: one.each / two.each, unit: '×' },
        ...volumes,
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
