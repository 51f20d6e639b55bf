import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { addressOf, jobOf } from '../../src/base/index.ts';
import { type Designs, openDesigns } from '../../src/explore/designs/open-designs.ts';
import { parseStudy, type StudyFile } from '../../src/explore/study-file/study-file.ts';
import { evaluateDesign, memoryStore } from '../../src/pipeline/index.ts';
import { softwareOf } from '../../src/pipeline/measurement.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/index.ts';
import { arms } from './support/arms.ts';
import { example } from './support/experiment.ts';
import { type JudgedDesign, searchArm } from './support/joint-search.ts';
import { type Calibration, calibrationTable, type Line, tableOf, withBestInTurn } from './support/joint-tables.ts';

/**
 * Does it pay to search network, hardware and inference together? POSTEROHM_JOINT_DATA names data sets with commas between
 * them (heartbeats by default; mitdb and digits need POSTEROHM_DATA), POSTEROHM_JOINT_SEEDS how many seeds, _PIECES and
 * _TRAININGS the budget of each arm, _OUT the folder of results, where lines that are there are not made again.
 */
const given = (name: string): string | undefined => process.env[`POSTEROHM_JOINT_${name}`];
const numberOf = (name: string, usual: number): number => Number(given(name) ?? usual);

const seeds = Array.from({ length: numberOf('SEEDS', 5) }, (_, i) => i + 1);
const out = resolve(given('OUT') ?? 'studies/explore-joint');
const results = join(out, 'results.jsonl');

interface Subject {
  readonly pieces: number;
  readonly trainings: number;
  readonly chips: number;
  /** Whether the data are in POSTEROHM_DATA, and the fields that say where. */
  readonly needs?: string;
  readonly data?: Readonly<Record<string, string>>;
}

const subjects: Readonly<Record<string, Subject>> = {
  heartbeats: { pieces: 60, trainings: 15, chips: 8 },
  mitdb: { pieces: 60, trainings: 12, chips: 4, needs: 'mitdb' },
  digits: {
    pieces: 60,
    trainings: 12,
    chips: 4,
    needs: 'mnist',
    data: { images: 'mnist/t10k-images-idx3-ubyte.gz', labels: 'mnist/t10k-labels-idx1-ubyte.gz' },
  },
};

const dataFolder = process.env.POSTEROHM_DATA;

/** The ready study of a data set with another seed for data, training, chips and search. */
async function studyOf(name: string, { data }: Subject, seed: number): Promise<StudyFile> {
  const file = example(`explore-${name}`);
  const fields = parse(readFileSync(file, 'utf8')) as { experiment: string | Record<string, unknown> };
  const own = fields.experiment;
  const experiment = (typeof own === 'string' ? parse(readFileSync(join(dirname(file), own), 'utf8')) : own) as Record<
    string,
    unknown
  >;
  const merged = { ...experiment, seed, data: { ...(experiment.data as object), ...data } };
  const text = JSON.stringify({ ...fields, seed, experiment: merged });
  return parseStudy(text, file, () => Promise.reject(new Error('internal: names no other file')));
}

const known = (): Line[] =>
  existsSync(results)
    ? readFileSync(results, 'utf8')
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Line)
    : [];

const times = [20, 86_400, 31_557_600];
const calibrated = ['nll', 'ece', 'calibrationErrorDebiased'];

/** How calibrated some designs of a front are on chips over time, beside their posteriors in software. */
async function calibrationOf(designs: Designs, front: readonly JudgedDesign[], chips: number): Promise<Calibration[]> {
  const found: Calibration[] = [];
  for (const { point } of front) {
    const { design, prepared, experiment } = await designs.at(point);
    const how = { key: keyOf(experiment.seed), job: jobOf() };
    const asked = { metrics: calibrated, times, chips: Array.from({ length: chips }, (_, chip) => chip) };
    const { rows } = await evaluateDesign(prepared, design, asked, how);
    const question = { key: fold(how.key, 'question'), metrics: calibrated };
    const software = await new Pipeline(prepared, design, how).run(softwareOf(question, 256));
    for (const time of times) {
      const own = rows.filter(row => row.time === time);
      const mean = (name: string) => own.reduce((sum, { values }) => sum + values[name]!, 0) / own.length;
      found.push({
        time,
        chips: Object.fromEntries(calibrated.map(name => [name, mean(name)])),
        software: Object.fromEntries(calibrated.map(name => [name, software.metrics[name]!])),
      });
    }
  }
  return found;
}

/** At most so many, evenly from the best loss to the worst. */
function spread(front: readonly JudgedDesign[], most: number): JudgedDesign[] {
  const sorted = front.filter(({ kept }) => kept).sort((a, b) => a.values[0]! - b.values[0]!);
  if (sorted.length <= most) return sorted;
  return Array.from({ length: most }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (most - 1))]!);
}

async function lineOf(name: string, subject: Subject, arm: string, seed: number, key: string): Promise<Line> {
  const study = await studyOf(name, subject, seed);
  const folder = join(out, `${name}-${seed}-${arm.replaceAll(/[^a-z]+/g, '-')}-${key.slice(0, 6)}`);
  // What a run left behind that did not end; trained posteriors are kept.
  rmSync(folder, { recursive: true, force: true });
  const began = performance.now();
  const means = {
    folder,
    dataFolder: dataFolder ?? '.',
    processes: 2,
    pieces: numberOf('PIECES', subject.pieces),
    trainings: numberOf('TRAININGS', subject.trainings),
    chips: subject.chips,
    judged: 16,
  };
  const { judged, base, spent } = await searchArm(study, arms[arm]!, means);
  const designs = await openDesigns(study, { files: nodeFiles(dataFolder ?? '.'), store: memoryStore(1 << 28) });
  const seconds = (performance.now() - began) / 1000;
  const calibration = arm === 'joint' ? await calibrationOf(designs, spread(judged, 4), subject.chips) : undefined;
  const { values, prices, kept } = base;
  return {
    ...{ data: name, arm, seed, key, seconds, spent, judged },
    base: { values, prices, kept },
    classes: designs.prepared.data.outputNames.length,
    ...(calibration && { calibration }),
  };
}

for (const name of (given('DATA') ?? 'heartbeats').split(',')) {
  const subject = subjects[name];
  if (!subject) throw new Error(`POSTEROHM_JOINT_DATA: unknown name '${name}'; known: ${Object.keys(subjects)}.`);
  const budget = [numberOf('PIECES', subject.pieces), numberOf('TRAININGS', subject.trainings)];
  const lacks = subject.needs && !dataFolder ? ' (needs POSTEROHM_DATA)' : '';
  describe.skipIf(lacks !== '')(`${name}: joint search beside others with as large a budget${lacks}`, () => {
    const mine = async (): Promise<{ key: string; lines: Line[] }> => {
      const key = addressOf({ study: await studyOf(name, subject, 0), budget });
      return { key, lines: known().filter(line => line.data === name && line.key === key) };
    };
    for (const seed of seeds) {
      for (const arm of Object.keys(arms)) {
        test(`${arm}, seed ${seed}`, { timeout: 7_200_000 }, async () => {
          const { key, lines } = await mine();
          if (lines.some(line => line.arm === arm && line.seed === seed)) return;
          const line = await lineOf(name, subject, arm, seed, key);
          mkdirSync(out, { recursive: true });
          appendFileSync(results, `${JSON.stringify(line)}\n`);
          process.stdout.write(`${JSON.stringify(line)}\n`);
          expect(line.spent.trainings).toBeLessThanOrEqual(budget[1]!);
          expect(line.spent.pieces).toBeLessThanOrEqual(budget[0]!);
        });
      }
    }
    test('what it comes to', async () => {
      const { lines } = await mine();
      const table = tableOf(withBestInTurn(lines.filter(({ seed }) => seeds.includes(seed))));
      process.stdout.write(`\n${name}, ${budget[0]} pieces of work and ${budget[1]} trainings an arm\n\n${table}\n\n`);
      process.stdout.write(`${calibrationTable(lines)}\n\n`);
      expect(lines.length).toBeGreaterThan(0);
    });
  });
}
