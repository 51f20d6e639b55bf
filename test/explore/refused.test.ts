import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError, jobOf } from '../../src/base/index.ts';
import { resolveExperiment } from '../../src/experiment/index.ts';
import { checkValues } from '../../src/explore/designs/check-values.ts';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import { openDesigns } from '../../src/explore/designs/open-designs.ts';
import { headerOf, insistSame } from '../../src/explore/header.ts';
import { explore } from '../../src/explore/index.ts';
import type { Problem } from '../../src/explore/problem.ts';
import { settingsSchema } from '../../src/explore/settings.ts';
import { parseStudy } from '../../src/explore/study-file/study-file.ts';
import { dataFilesOf, memoryStore } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/files.ts';
import { checkStudyFiles } from '../../src/run/openings.ts';
import { random } from '../../src/search/index.ts';
import { designsOf, fieldsOf, studyOf } from './moons.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));

const experiment = {
  data: { source: 'two-moons', train: 80, validation: 24, test: 20 },
  network: { layers: ['dense 4 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 2 },
  hardware: { device: 'pcm-ibm', array: { rows: 16, columns: 32 } },
  sampling: { entropy: 'frozen', samples: 4 },
};
const own = { experiment, constraints: [] };
const bits = { 'hardware.outputBits': { integer: [3, 8] } };
const linesOf = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => [],
    (error: unknown) => {
      if (error instanceof InputError) return error.message.split('\n');
      throw error;
    },
  );

describe('before anything is trained', () => {
  test('an experiment that cannot be priced is refused where prices are asked for, with its fault', async () => {
    const core = { ...experiment, architecture: { kind: 'analog-core' } };
    const found = await linesOf(designsOf({ ...own, experiment: core, variables: bits }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^moons\.yaml: experiment\..*analog-core.*frozen/s);
    await expect(designsOf({ ...own, experiment: core, variables: bits, objectives: ['nll'] })).resolves.toBeDefined();
  });

  test('and hides no fault of goals and variables, nor counts as theirs', async () => {
    const study = await studyOf({
      ...own,
      experiment: { ...experiment, architecture: { kind: 'analog-core' } },
      objectives: ['speed', 'energyPerDecision'],
      variables: { ...bits, 'hardware.nosuch': { integer: [1, 2] } },
    });
    const opened = openDesigns(study, { store: memoryStore(1 << 27) }, designs => checkValues(keyOf(1), designs));
    expect(await linesOf(opened)).toEqual([
      expect.stringMatching(/^moons\.yaml: experiment\..*analog-core.*frozen/s),
      expect.stringMatching(/^moons\.yaml: objectives\.0.*'speed'/),
      expect.stringMatching(/^moons\.yaml: variables\.hardware\.nosuch: /),
    ]);
  });

  test('so is a choice that no design can have, and not one that some can', async () => {
    const kinds = { 'architecture.kind': { categorical: ['frozen-copies', 'analog-core'] } };
    const designs = await designsOf({ ...own, variables: { ...bits, ...kinds } });
    expect(await linesOf(checkValues(keyOf(1), designs))).toEqual([
      expect.stringMatching(/^moons\.yaml: variables\.architecture\.kind: .*analog-core/),
    ]);
    const read = { 'sampling.entropy': { categorical: ['frozen', 'read'] } };
    const both = await designsOf({ ...own, variables: { ...bits, ...read, ...kinds } });
    expect(await linesOf(checkValues(keyOf(1), both))).toEqual([]);
  });

  test('objectives, constraints and variables are refused together', async () => {
    const study = await studyOf({
      ...own,
      objectives: ['nll', 'speed'],
      constraints: [
        { metric: 'accuracy', over: 'mean', atLeast: 0.9 },
        { metric: 'accuracy', over: 'mean', atMost: 0.8 },
      ],
      variables: { ...bits, 'hardware.nosuch': { integer: [1, 2] } },
    });
    const opened = openDesigns(study, { store: memoryStore(1 << 27) }, designs => checkValues(keyOf(1), designs));
    expect(await linesOf(opened)).toEqual([
      expect.stringMatching(/^moons\.yaml: objectives\.1.*'speed'/),
      expect.stringMatching(/^moons\.yaml: constraints\.1\.atMost: .*at least 0\.9 and at most 0\.8/),
      expect.stringMatching(/^moons\.yaml: variables\.hardware\.nosuch: /),
    ]);
  });

  test('a budget may be left to the command line', async () => {
    const parsed = (instead?: { trials: number }) =>
      parseStudy(JSON.stringify(fieldsOf({ budget: {} })), 'moons.yaml', async () => '', instead);
    expect((await parsed({ trials: 3 })).budget).toEqual({ trials: 3 });
    expect(await linesOf(parsed())).toEqual([expect.stringContaining('moons.yaml: budget: must say when to end')]);
  });

  test('the folder of a run is no folder for a study, and a database that is not there leaves none', async () => {
    writeFileSync(join(folder, 'study.json'), JSON.stringify(fieldsOf({ name: 'tiny' })));
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'run', 'run.json'), '{}');
    const common = { folder, processes: 1, job: jobOf() };
    expect(await linesOf(explore('study.json', { ...common, out: 'run' }))).toEqual([
      "--out: is the folder of a run, got 'run'; name another folder for the study.",
    ]);
    expect(readdirSync(join(folder, 'run'))).toEqual(['run.json']);
    const database = 'postgres://nobody@127.0.0.1:1/none';
    expect(await linesOf(explore('study.json', { ...common, out: 'new', database }))).toHaveLength(1);
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });
});

describe('a study whose data have changed', () => {
  const path = 'rows.csv';
  const table = (shift: number) =>
    ['a,b,y', ...Array.from({ length: 140 }, (_, i) => `${i % 7},${(i % 5) + shift},${i % 2}`)].join('\n');
  const problemNow = async (shift: number): Promise<Problem> => {
    writeFileSync(join(folder, path), table(shift));
    const data = { source: 'csv', path, target: 'y', train: 90, validation: 24, test: 20 };
    return designProblem(
      await designsOf({ ...own, experiment: { ...experiment, data }, variables: bits }, { files: nodeFiles(folder) }),
    );
  };
  const header = (problem: Problem) => {
    const settings = settingsSchema.parse({ sampler: { name: 'random' }, budget: { trials: 2 } });
    return headerOf({ problem, sampler: random, settings }, 0);
  };

  test('is not taken up, and says which file it is', async () => {
    const before = header(await problemNow(0));
    const after = await problemNow(1);
    const faults = await linesOf(
      Promise.resolve().then(() => insistSame('study.jsonl', [before], header(after), after)),
    );
    expect(faults).toEqual([
      'study.jsonl: experiment.data.path: holds other data than this study began with; put back the data of then, or begin a new study in another folder.',
    ]);
    const same = await problemNow(0);
    expect(insistSame('study.jsonl', [before], header(same), same)).toBe(false);
  });

  test('nor are its designs run', async () => {
    const study = join(folder, 'searched');
    mkdirSync(study);
    writeFileSync(join(study, 'study.jsonl'), `${JSON.stringify(header(await problemNow(0)))}\n`);
    const data = { source: 'csv', path, target: 'y', train: 90, validation: 24, test: 20 };
    const now = resolveExperiment({ ...experiment, data }, 'answer.yaml');
    const checked = async () => checkStudyFiles(study, await dataFilesOf(now, nodeFiles(folder)));
    expect(await linesOf(checked())).toEqual([]);
    writeFileSync(join(folder, path), table(2));
    expect(await linesOf(checked())).toEqual([
      `data.path: holds other data than the study in ${study} was searched on; put back the file of then, or leave study out where nobody is to count.`,
    ]);
  });
});
