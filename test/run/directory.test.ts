import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError, type Job, jobOf } from '../../src/base/index.ts';
import { noCurve } from '../../src/bayes/index.ts';
import type { ExperimentInput } from '../../src/experiment/index.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import {
  type EvaluatedRun,
  evaluateRun,
  type OpenOptions,
  openDirectory,
  openInput,
  summarise,
} from '../../src/run/index.ts';
import { filesOf } from './files.ts';

const code = vi.hoisted(() => ({ build: '1' }));
vi.mock('../../src/run/builds.ts', () => ({ buildOf: () => code.build, wholeBuild: () => code.build }));

const moons: ExperimentInput = {
  name: 'moons',
  data: { source: 'two-moons', train: 24, validation: 16, test: 16 },
  network: { layers: ['dense 3 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 2 },
  transfer: { limit: 1 },
  hardware: { array: { rows: 16, columns: 16 } },
  sampling: { samples: 3 },
  evaluate: { chips: 2, times: [6, 60], grid: 3, archive: false },
};
const varied: ExperimentInput = {
  ...moons,
  variants: { half: { hardware: { spread: 0.5 } }, 'other luck': { posterior: { epochs: 3 } } },
};

const temporary = () => mkdtempSync(join(tmpdir(), 'posterohm-'));

const open = (folder: string, more: Partial<OpenOptions> = {}, input: ExperimentInput = moons) =>
  openInput(input, 'moons.yaml', folder, { folder, out: 'run', ...more });

interface Done extends EvaluatedRun {
  readonly made: readonly string[];
  readonly adopted: readonly string[];
}

/** Opens and evaluates; `made` are the stages of the experiment itself that were computed. */
async function evaluated(opening: ReturnType<typeof open>, named?: (label: string) => Job): Promise<Done> {
  const done = await evaluateRun(await opening, named);
  return { ...done, ...done.run.subject.own.account };
}

/** JSON knows no numbers that are not finite. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

/** A run of the experiment, copied for each test, and one of another seed. */
let [first, other] = ['', ''];
let reported: Done;
/** The experiment with its variants. */
let withVariants = '';
let reportedVariants: Done;
const labels: string[] = [];
const named = (label: string): Job => {
  labels.push(label);
  return jobOf({ named });
};
beforeAll(async () => {
  first = temporary();
  withVariants = temporary();
  reportedVariants = await evaluated(open(withVariants, { job: named('prepare') }, varied), named);
  reported = await evaluated(open(first));
  other = temporary();
  await evaluated(open(other, { seed: 1 }));
});

let folder = '';
let run = '';
beforeEach(() => {
  code.build = '1';
  folder = temporary();
  run = join(folder, 'run');
  cpSync(first, folder, { recursive: true });
});

const file = (name: string) => join(run, name);
const bytesOf = (name: string) => readFileSync(file(name)).toString('hex');

test('parts of the work are named by the variant, and by the twin, whose they are', () => {
  // The posteriors of half the spread and of twins are those of others.
  expect(labels.filter(label => label.endsWith('training'))).toEqual(['training', 'other luck: training']);
  expect(labels.filter(label => label.endsWith('chip 1')).toSorted()).toEqual([
    'chip 1',
    'deterministic: chip 1',
    'half, deterministic: chip 1',
    'half: chip 1',
    'other luck, deterministic: chip 1',
    'other luck: chip 1',
  ]);
});

test('what is there is not made again', async () => {
  const before = filesOf(run);
  const again = await evaluated(open(folder));
  expect(again.made).toEqual([]);
  expect(plain(again.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
  const { 'run.json': _record, 'experiment.yaml': _experiment, ...after } = filesOf(run);
  expect(before).toMatchObject(after);
});

describe('an evaluation', () => {
  const believed = async () => plain((await evaluated(open(folder))).evaluated.evaluation);

  test('that was edited is not believed', async () => {
    const text = readFileSync(file('evaluation.json'), 'utf8');
    writeFileSync(file('evaluation.json'), text.replace(/"accuracy": [\d.]+/, '"accuracy": 0.123'));
    expect(readFileSync(file('evaluation.json'), 'utf8')).not.toBe(text);
    expect(await believed()).toEqual(plain(reported.evaluated.evaluation));
    expect(readFileSync(file('evaluation.json'), 'utf8')).toBe(text);
  });

  test('of another run is not believed, with or without its record', async () => {
    for (const record of ['stages/evaluation.json', undefined]) {
      for (const name of ['evaluation.json', 'maps.npz', 'evidence.npz', ...(record ? [record] : [])]) {
        cpSync(join(other, 'run', name), file(name));
      }
      expect(await believed()).toEqual(plain(reported.evaluated.evaluation));
    }
    rmSync(file('stages/evaluation.json'));
    cpSync(join(other, 'run/evaluation.json'), file('evaluation.json'));
    expect(await believed()).toEqual(plain(reported.evaluated.evaluation));
  });

  test('with a damaged record is made anew', async () => {
    for (const text of [
      '{',
      '[]',
      'null',
      '{"schema":"posterohm/stage/1"}',
      '{"schema":"posterohm/stage/1","files":[]}',
    ]) {
      writeFileSync(file('stages/evaluation.json'), text);
      expect(await believed(), text).toEqual(plain(reported.evaluated.evaluation));
    }
    // A stage that this version does not have is passed over.
    writeFileSync(file('stages/colour.json'), '{"schema":"posterohm/stage/1","stage":"colour","at":{},"files":[]}');
    expect(await believed()).toEqual(plain(reported.evaluated.evaluation));
  });
});

describe('what is put in by hand', () => {
  const cases = [
    ['training', 'posterior.safetensors'],
    ['plan', 'plan.parquet'],
    ['chip 1', 'chips/chip-01.safetensors'],
  ] as const;
  test.each(cases)('in the place of %s is used, named and left alone', async (label, name) => {
    cpSync(join(other, 'run', name), file(name));
    const given = bytesOf(name);
    const done = await evaluated(open(folder));
    expect(done.adopted).toEqual([label]);
    expect((await summarise(done)).adopted).toEqual([label]);
    expect(done.made).not.toContain(label);
    expect(bytesOf(name)).toBe(given);
    const [before, after] = [reported.evaluated.evaluation.hardware, done.evaluated.evaluation.hardware];
    expect(after.chips[1]!.nll).not.toBe(before.chips[1]!.nll);
    if (label === 'chip 1') expect(after.chips[0]).toEqual(before.chips[0]);
    const prices = async ({ subject }: typeof done.run) => {
      const chip = await subject.own.get('chip', { chip: 1 });
      return pricesOf({ design: subject.design, data: subject.data, name: 'x', chip });
    };
    expect(await prices(done.run)).not.toEqual(await prices(reported.run));
    // It stays in force, and what follows from it is there.
    const again = await evaluated(open(folder));
    expect([again.adopted, again.made]).toEqual([[label], []]);
    expect(plain(again.evaluated.evaluation)).toEqual(plain(done.evaluated.evaluation));
    expect(bytesOf(name)).toBe(given);
  });

  test('a posterior counts for the twin and for variants of equal training alone, and has no learning curve', async () => {
    cpSync(withVariants, folder, { recursive: true });
    cpSync(join(other, 'run/posterior.safetensors'), file('posterior.safetensors'));
    const done = await evaluated(open(folder, {}, varied));
    const [half, luck] = done.variants.map(({ run }) => run.subject.own.account.adopted);
    expect([half, luck]).toEqual([['training'], []]);
    expect(done.run.subject.twin.account.adopted).toEqual(['training']);
    expect(done.evaluated.evaluation.deterministic.chips).not.toEqual(
      reported.evaluated.evaluation.deterministic.chips,
    );
    expect((await done.run.subject.own.get('training')).curve).toEqual(noCurve);
  });

  test('and taken away again leaves what the simulation makes', async () => {
    const name = 'chips/chip-00.safetensors';
    const before = bytesOf(name);
    cpSync(join(other, 'run', name), file(name));
    await evaluated(open(folder));
    rmSync(file(name));
    const done = await evaluated(open(folder));
    expect(done.adopted).toEqual([]);
    expect(bytesOf(name)).toBe(before);
    expect(plain(done.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
  });

  test('while it is being made is not written over', async () => {
    const { run: opened } = await open(folder);
    const { directory } = opened;
    await directory.adopted('training', {});
    writeFileSync(file('posterior.safetensors'), 'mine');
    const named = { stage: 'training', at: {}, address: 'a', recipe: 'a' };
    const keeping = directory.keep(named, { 'posterior.safetensors': new Uint8Array(3) }, 0);
    await expect(keeping).rejects.toThrow(/posterior\.safetensors' was put there while it was being made/);
    expect(readFileSync(file('posterior.safetensors'), 'utf8')).toBe('mine');
  });
});

test('deleted files are made again bit by bit', async () => {
  for (const names of [
    ['posterior.safetensors', 'plan.csv', 'chips/chip-01.safetensors', 'maps.npz'],
    ['learning-curve.json', 'range.json', 'plan.parquet', 'deterministic/chips/chip-00.safetensors', 'evaluation.json'],
  ]) {
    const before = names.map(bytesOf);
    for (const name of [...names, 'evaluation.json']) rmSync(file(name), { force: true });
    const done = await evaluated(open(folder));
    expect(names.filter((name, i) => bytesOf(name) !== before[i])).toEqual([]);
    expect(done.adopted).toEqual([]);
    expect(plain(done.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
  }
});

describe('results of another build', () => {
  test('are named, and the user is asked; nothing is written', async () => {
    const before = filesOf(run);
    code.build = '2';
    const error = (await open(folder).catch((error: unknown) => error)) as InputError;
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(
      /another version of the code or of other kernels: chip 0, chip 1, evaluation, plan, range, training, chip 0 \(deterministic\), .* more; make them anew with --recompute, or take them as they are with --keep\.$/,
    );
    expect(filesOf(run)).toEqual(before);
  });

  test('are taken with --keep, now and later, and the output says so', async () => {
    code.build = '2';
    const done = await evaluated(open(folder, { stale: 'keep' }));
    expect(done.made).toEqual([]);
    expect(plain(done.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
    const kept = ['chip 0', 'chip 1', 'evaluation', 'plan', 'range', 'training'];
    expect((await summarise(done)).kept).toEqual(kept);
    const later = await evaluated(open(folder));
    expect(later.made).toEqual([]);
    // What is missing is made of what was kept.
    rmSync(file('evaluation.json'));
    const rest = await evaluated(open(folder));
    expect((await summarise(rest)).kept).toEqual(kept.filter(name => name !== 'evaluation'));
    expect(rest.made.filter(name => kept.includes(name))).toEqual([]);
    expect(plain(rest.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
    // A third build asks about what the second made and what it kept of the first alike.
    code.build = '3';
    await expect(open(folder)).rejects.toThrow(/: evaluation; make them anew/);
  });

  test('are made anew with --recompute', async () => {
    code.build = '2';
    const done = await evaluated(open(folder, { stale: 'recompute' }));
    expect(done.made).toEqual(expect.arrayContaining(['training', 'range', 'plan', 'chip 0', 'chip 1']));
    expect((await summarise(done)).kept).toBeUndefined();
    expect(plain(done.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
    expect((await evaluated(open(folder))).made).toEqual([]);
  });

  test('put in by hand are of no build', async () => {
    cpSync(join(other, 'run/posterior.safetensors'), file('posterior.safetensors'));
    const before = await evaluated(open(folder));
    code.build = '2';
    const done = await evaluated(open(folder, { stale: 'recompute' }));
    expect(done.adopted).toEqual(['training']);
    expect(plain(done.evaluated.evaluation)).toEqual(plain(before.evaluated.evaluation));
  });

  test('an archive is kept with its evaluation, and made anew with it', async () => {
    const input = { ...moons, evaluate: { chips: 1, times: [6], grid: 3 } };
    const place = temporary();
    await evaluated(open(place, {}, input));
    const archive = () => filesOf(join(place, 'run'))['prediction.npz'];
    const before = archive();
    expect(before).toBeDefined();
    code.build = '2';
    for (const stale of ['keep', 'refuse'] as const) {
      expect((await evaluated(open(place, { stale }, input))).made).toEqual([]);
      expect(archive()).toEqual(before);
    }
    await evaluated(open(place, { stale: 'recompute' }, input));
    expect(archive()!.written).not.toBe(before!.written);
    expect(archive()!.content).toBe(before!.content);
  });
});

describe("a variant's folder", () => {
  beforeEach(() => cpSync(withVariants, folder, { recursive: true }));
  test.each([
    ['half', 0, 'half'],
    ['other luck', 1, 'other-luck'],
  ] as const)(
    '%s opens as that variant and leaves the base alone, whatever is missing or old',
    async (name, i, own) => {
      const { evaluated: variant, name: reportedName } = reportedVariants.variants[i]!;
      expect(reportedName).toBe(name);
      const baseFiles = () =>
        Object.fromEntries(Object.entries(filesOf(run)).filter(([file]) => !file.startsWith(`variants/${own}/`)));
      for (const gone of ['chips', 'posterior.safetensors', 'deterministic/chips', `variants/${own}/evaluation.json`]) {
        rmSync(file(gone), { recursive: true });
      }
      for (const build of ['1', '2']) {
        code.build = build;
        const before = baseFiles();
        const done = await evaluated(openDirectory(`run/variants/${own}`, { folder, stale: 'recompute' }));
        expect([done.variants, done.run.variant?.name]).toEqual([[], name]);
        expect(done.run.directory.path).toBe(file(`variants/${own}`));
        expect(done.run.subject.design.hardware.device).toMatchObject({ spread: i === 0 ? 0.5 : 1 });
        expect(plain(done.evaluated.evaluation)).toEqual(plain(variant.evaluation));
        expect(baseFiles()).toEqual(before);
      }
    },
  );

  test('away from its run says what is missing', async () => {
    const alone = join(temporary(), 'half');
    cpSync(file('variants/half'), alone, { recursive: true });
    const before = filesOf(join(alone, '..'));
    await expect(openDirectory(alone, { folder })).rejects.toThrow(/is the variant 'half' of a run whose directory/);
    expect(filesOf(join(alone, '..'))).toEqual(before);
  });

  test('takes no other run', async () => {
    await expect(open(folder, { out: 'run/variants/half' })).rejects.toThrow(/is the folder of the variant 'half'/);
  });
});

test('two at once in one directory make each result once and lose nothing', async () => {
  const place = temporary();
  const [one, two] = await Promise.all([evaluated(open(place)), evaluated(open(place))]);
  const made = [...one.made, ...two.made].filter(name => /^(training|range|plan|chip)/.test(name));
  expect(made.sort()).toEqual(['chip 0', 'chip 1', 'plan', 'range', 'training']);
  expect([...one.adopted, ...two.adopted]).toEqual([]);
  expect(plain(two.evaluated.evaluation)).toEqual(plain(one.evaluated.evaluation));
  const names = Object.keys(filesOf(place));
  expect(names.filter(name => /\.(lock|tmp)$/.test(name))).toEqual([]);
  expect((await evaluated(open(place))).made).toEqual([]);
});

describe('bad places and bad input', () => {
  const refused = async (opening: Promise<unknown>) => {
    const error = await opening.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  };

  test('a file in the place of a folder', async () => {
    const place = temporary();
    writeFileSync(join(place, 'run'), 'mine');
    expect(await refused(evaluated(open(place)))).toMatch(/run\.json: cannot be written \(\w+\); name another/);
    expect(readFileSync(join(place, 'run'), 'utf8')).toBe('mine');
    for (const name of ['stages', 'chips', 'variants', 'deterministic']) {
      const own = temporary();
      mkdirSync(join(own, 'run'));
      writeFileSync(join(own, 'run', name), 'mine');
      expect(await refused(evaluated(open(own, {}, varied)))).toMatch(/cannot be written \(\w+\)/);
      expect(readFileSync(join(own, 'run', name), 'utf8')).toBe('mine');
      expect(Object.keys(filesOf(own)).filter(name => /\.(tmp|lock)$/.test(name))).toEqual([]);
    }
  });

  test('a variant that cannot be leaves nothing behind', async () => {
    const place = temporary();
    const variants = { wired: { hardware: { layout: 'rows', wires: { rowResistance: 1 } } } };
    expect(await refused(open(place, {}, { ...moons, variants }))).toMatch(/variants\.wired\.hardware\.wires/);
    expect(existsSync(join(place, 'run'))).toBe(false);
  });

  test('a directory of another experiment is left alone', async () => {
    const before = filesOf(run);
    expect(await refused(open(folder, {}, { ...moons, name: 'suns' }))).toMatch(/holds a run of 'moons'/);
    expect(await refused(openDirectory('nowhere', { folder }))).toMatch(/is not a run directory/);
    expect(filesOf(run)).toEqual(before);
  });
});

test('a run that is stopped says so and goes on later to the same bits', async () => {
  const place = temporary();
  const control = new AbortController();
  const job = jobOf({ signal: control.signal, progress: () => control.abort(new Error('stop')) });
  await expect(evaluated(open(place, { job }))).rejects.toThrow('stop');
  const done = await evaluated(open(place));
  expect(plain(done.evaluated.evaluation)).toEqual(plain(reported.evaluated.evaluation));
});
