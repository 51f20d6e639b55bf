import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type InputError, jobOf, type Pool } from '../../src/base/index.ts';
import { Activities, type Activity } from '../../src/studio/activities.ts';
import { askedText, conditionsIn, missOf } from '../../src/studio/asked.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import served from '../../src/studio/handlers.ts';
import { exploreRequests } from '../../src/studio/rooms/explore.ts';
import { listStudies } from '../../src/studio/studies.ts';
import { folderWith, posterohm } from '../cli/shell.ts';
import { fieldsOf } from '../explore/moons.ts';

const folder = folderWith({
  'study.yaml': `# Which of few?\n# Quickly.\n${JSON.stringify(
    fieldsOf({
      name: 'tiny',
      budget: { trials: 6 },
      confirm: { chips: 2, trainings: 2, designs: 1, devices: 2 },
      baselines: { of: [] },
      sampler: 'random',
      constraints: [],
    }),
  )}`,
  'experiment.yaml': 'data: { source: two-moons }\nnetwork: { layers: [dense 2] }\n',
  'broken.yaml': 'variables: [',
});
let study: string;
const given = { workspace: new FolderWorkspace(folder), job: jobOf() };
/** Searches in this process, as a child process does. */
const pool: Pool = { run: (task, job) => served.handlers[task.kind]!(task.payload, job), close: async () => {} };
const activities = new Activities(pool);
const start = (work: { file?: string; study?: string }) =>
  exploreRequests['explore.start'].answer(work, { ...given, activities });
const ended = (id: string) =>
  new Promise<Activity>(resolve => {
    const leave = activities.listen(() => {
      const one = activities.list().find(activity => activity.id === id)!;
      if (one.ended === undefined) return;
      leave();
      resolve(one);
    });
  });
const look = (asked?: string) =>
  exploreRequests['explore.look'].answer({ study, ...(asked !== undefined && { ask: asked }) }, given);

interface Shown {
  readonly front: readonly {
    readonly trial: number;
    readonly parameters: unknown;
    readonly objectives: Readonly<Record<string, { readonly mean: number }>>;
  }[];
  readonly answer: { readonly trial: number | null } | null;
}
let shown: Shown;
let all: Awaited<ReturnType<typeof look>>;
let searched: Activity;

beforeAll(async () => {
  const begun = await start({ file: 'study.yaml' });
  searched = await ended(begun.id);
  study = searched.place!;
  shown = JSON.parse((await posterohm('study', 'show', join(folder, study), '--json')).out);
  all = await look();
}, 120_000);

test('a study that is begun here is searched to its report, where the command line has it', () => {
  expect(searched).toMatchObject({ state: 'done', about: 'study.yaml' });
  expect(study).toMatch(/^studies\/tiny-[0-9a-f]{6}$/);
  expect(searched.parts.map(({ name }) => name)).toEqual(['prepare', 'explore', 'confirm', 'report']);
  expect(readdirSync(join(folder, study))).toContain('report.html');
});

test('what is taken up is the study of the folder, to the same front', async () => {
  const before = readFileSync(join(folder, study, 'study.jsonl'), 'utf8');
  const { id, about } = await start({ study });
  expect(about).toBe(study);
  expect(await ended(id)).toMatchObject({ state: 'done', place: study });
  const after = readFileSync(join(folder, study, 'study.jsonl'), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(after.slice(before.length).trim().split('\n')).toHaveLength(1);
  expect((await look()).designs).toEqual(all.designs);
});

test('is finished once all is searched, of baselines too, and confirmed', async () => {
  const finishedAfter = async (name: string, file: RegExp, change: (text: string) => string) => {
    cpSync(join(folder, study), join(folder, 'copies', name), { recursive: true });
    const files = readdirSync(join(folder, 'copies', name), { recursive: true, encoding: 'utf8' });
    const own = join(folder, 'copies', name, files.find(one => file.test(one))!);
    writeFileSync(own, change(readFileSync(own, 'utf8')));
    return (await exploreRequests['explore.look'].answer({ study: `copies/${name}` }, given)).finished;
  };
  const withoutLast = (text: string) => text.slice(0, text.trimEnd().lastIndexOf('{"event":"found"'));
  expect(all.finished).toBe(true);
  expect(await finishedAfter('whole', /^study\.jsonl$/, text => text)).toBe(true);
  expect(await finishedAfter('searched-less', /^study\.jsonl$/, withoutLast)).toBe(false);
  expect(await finishedAfter('confirmed-less', /^confirm-\w+\/study\.jsonl$/, withoutLast)).toBe(false);
  const compared = (text: string) => text.replace('"of": []', '"of": ["deterministic"]');
  expect(await finishedAfter('without-its-baseline', /^source-?\w*\.json$/, compared)).toBe(false);
  rmSync(join(folder, 'copies'), { recursive: true });
});

test('what is no study is not begun: what is not there at once, the rest with what is wrong', async () => {
  await expect(start({ file: 'none.yaml' })).rejects.toThrow('is not there');
  await expect(start({})).rejects.toThrow('is missing');
  await expect(start({ study: '../elsewhere' })).rejects.toThrow('is no path within');
  const failed = await ended((await start({ file: 'experiment.yaml' })).id);
  expect(failed).toMatchObject({
    state: 'failed',
    faults: expect.arrayContaining([expect.objectContaining({ file: 'experiment.yaml' })]),
  });
});

test('studies that may be begun are files with what a study has, and those of the package that need no data', async () => {
  const { 'explore.files': files, 'explore.begin': begin } = exploreRequests;
  const found = await files.answer({}, { ...given, activities });
  expect(found[0]).toEqual({ file: 'study.yaml', title: 'study.yaml', about: 'Which of few? Quickly.' });
  expect(found.slice(1).map(({ template }) => template)).toEqual(['explore-heartbeats', 'explore-moons']);
  expect(await begin.answer({ template: 'explore-moons' }, { ...given, activities })).toEqual({
    file: 'explore-moons.yaml',
  });
  const copy = readFileSync(join(folder, 'explore-moons.yaml'), 'utf8');
  expect(copy).toBe(readFileSync(new URL('../../examples/explore-moons.yaml', import.meta.url), 'utf8'));
  await expect(begin.answer({ template: 'moons' }, { ...given, activities })).rejects.toThrow('is no template');
});

test('the front, its values and the answer are those of study show', () => {
  const front = all.designs.filter(design => design.front);
  expect(front.map(({ trial }) => trial).sort()).toEqual(shown.front.map(({ trial }) => trial).sort());
  for (const { trial, parameters, objectives } of shown.front) {
    const own = front.find(design => design.trial === trial)!;
    expect(own.point).toEqual(parameters);
    for (const [name, { mean }] of Object.entries(objectives)) expect(own.values[name]).toBeCloseTo(mean, 12);
  }
  expect(all.answer).toBe(shown.answer?.trial ?? null);
  expect(all.designs).toHaveLength(all.measured);
  expect(all.nearest).toBeNull();
  expect(all.sections.map(({ title }) => title)).toEqual(expect.arrayContaining(['The front', 'The search']));
});

test('designs that are asked for are those that keep it, the best of them named, in figures too', async () => {
  const energies = all.designs.map(({ values }) => values.energyPerDecision!).sort((a, b) => a - b);
  const middle = energies[Math.floor(energies.length / 2)]!;
  const some = await look(`under ${middle * 1e9} nJ`);
  expect(some.conditions).toEqual([{ name: 'energyPerDecision', most: expect.closeTo(middle, 15) }]);
  const kept = all.designs.filter(({ values }) => values.energyPerDecision! <= some.conditions[0]!.most!);
  expect(kept.length).toBeLessThan(all.measured);
  expect(some.designs.map(({ trial }) => trial)).toEqual(kept.map(({ trial }) => trial));
  expect(kept.map(({ trial }) => trial)).toContain(some.nearest!.trial);
  expect(some.nearest!.misses).toEqual([]);
  const lines = ({ sections }: typeof all) =>
    sections.flatMap(({ figures }) => figures).find(({ caption }) => caption.startsWith('Every design'))!.numbers.rows;
  expect([lines(all).length, lines(some).length]).toEqual([all.measured, kept.length]);
});

test('where no design keeps what is asked, the nearest says what it misses and by how much', async () => {
  const least = Math.min(...all.designs.map(({ values }) => values.energyPerDecision!));
  const none = await look(`energy < ${least / 2}`);
  expect(none.designs).toEqual([]);
  const nearest = all.designs.find(({ values }) => values.energyPerDecision === least)!;
  expect(none.nearest).toMatchObject({ trial: nearest.trial, misses: [{ name: 'energyPerDecision', value: least }] });
  expect(none.nearest!.misses[0]!.by! / (least / 2)).toBeCloseTo(1, 9);
});

test('what is asked of nothing known is said beside all designs, and a folder without a study is refused', async () => {
  const all = await look('');
  const asked = await look('ECE < .03');
  expect(asked.faults).toMatchObject([
    { path: ['ask'], hint: expect.stringMatching(/^known: nll, energyPerDecision/) },
  ]);
  expect(asked.faults[0]!.hint).not.toContain('did you mean');
  expect(asked.sections.length).toBe(all.sections.length);
  expect(asked.designs).toEqual(all.designs);
  const other = exploreRequests['explore.look'].answer({ study: 'studies' }, given);
  await expect(other).rejects.toThrow('is no folder of a study');
});

test('a study whose source is damaged, or of a newer version, is refused with its file', async () => {
  const damaged = async (file: RegExp, text: (before: string) => string) => {
    cpSync(join(folder, study), join(folder, 'copy'), { recursive: true });
    const own = join(folder, 'copy', readdirSync(join(folder, 'copy')).find(name => file.test(name))!);
    writeFileSync(own, text(readFileSync(own, 'utf8')));
    const look = await exploreRequests['explore.look'].answer({ study: 'copy' }, given).catch(error => error);
    rmSync(join(folder, 'copy'), { recursive: true });
    return { faults: (look as InputError).faults, file: relative('', own) };
  };
  const source = await damaged(/^source-/, text => text.slice(0, 100));
  expect(source.faults).toMatchObject([{ file: source.file, rule: 'is damaged' }]);
  const newer = await damaged(/^study\.jsonl$/, text => text.replace('posterohm/study/', 'posterohm/study/9'));
  expect(newer.faults).toMatchObject([{ file: newer.file, path: ['schema'], hint: expect.stringMatching(/version/) }]);
});

test('looking writes nothing; a design becomes an experiment that is not written over another', async () => {
  const files = () =>
    readdirSync(join(folder, study), { recursive: true, encoding: 'utf8' }).map(name => [
      name,
      statSync(join(folder, study, name)).mtimeMs,
    ]);
  const before = files();
  await look();
  expect(files()).toEqual(before);
  const trial = shown.front[0]!.trial;
  const [one, two] = [
    await exploreRequests['explore.export'].answer({ study, trial }, given),
    await exploreRequests['explore.export'].answer({ study, trial }, given),
  ];
  expect(files()).toEqual(before);
  expect([one.file, two.file]).toEqual([`tiny-${trial}.yaml`, `tiny-${trial}-2.yaml`]);
  await posterohm('study', 'export', join(folder, study), String(trial), '--out', join(folder, 'by-hand.yaml'));
  expect(readFileSync(join(folder, one.file), 'utf8')).toBe(readFileSync(join(folder, 'by-hand.yaml'), 'utf8'));
});

test('studies of the folder are listed', async () => {
  expect((await listStudies(given.workspace)).map(({ path }) => path)).toEqual([study]);
});

describe('what a text asks', () => {
  const known = [
    { name: 'ece after 1 d', unit: '1', better: 'lower' as const },
    { name: 'accuracy', unit: '1', better: 'higher' as const },
    { name: 'energyPerDecision', unit: 'J', better: 'lower' as const },
    { name: 'latencyPerDecision', unit: 's', better: 'lower' as const },
    { name: 'hardware.device' },
  ];

  test.each([
    [
      'under 1 µJ and ECE ≤ .03',
      [
        { name: 'energyPerDecision', most: 1e-6 },
        { name: 'ece after 1 d', most: 0.03 },
      ],
    ],
    ['accuracy at least 0.9', [{ name: 'accuracy', least: 0.9 }]],
    [
      '"ece after 1 d" < 0.1; device is pcm-ibm',
      [
        { name: 'ece after 1 d', most: 0.1 },
        { name: 'hardware.device', is: 'pcm-ibm' },
      ],
    ],
    ['below 20 us', [{ name: 'latencyPerDecision', most: expect.closeTo(2e-5, 12) }]],
    ['', []],
  ])('%s', (text, conditions) => {
    expect(conditionsIn(text, known)).toEqual(conditions);
  });

  test.each([
    ['cheap', 'is no condition'],
    ['ece < small', 'is no condition'],
    ['decision < 1', 'names no one objective'],
    ['under 3', 'says of no one objective'],
    ['energy < 1 V', "unknown unit 'V'"],
  ])('%s is refused', (text, said) => {
    expect(() => conditionsIn(text, known)).toThrow(said);
  });

  test('is what its conditions say', () => {
    const conditions = conditionsIn('under 1 µJ and "ece after 1 d" over .03 and device is pcm-ibm', known);
    expect(conditionsIn(askedText(conditions), known)).toEqual(conditions);
  });

  test('is missed by what is left to its end', () => {
    expect([
      missOf({ name: 'a', most: 2 }, 5),
      missOf({ name: 'a', most: 2 }, 2),
      missOf({ name: 'a', least: 2 }, 0.5),
    ]).toEqual([3, 0, 1.5]);
    expect([
      missOf({ name: 'a', is: '4' }, 4),
      missOf({ name: 'a', is: '4' }, 8),
      missOf({ name: 'a', most: 1 }, undefined),
    ]).toEqual([0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});
