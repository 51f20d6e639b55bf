import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { jobOf, type Pool } from '../../src/base/index.ts';
import { Activities } from '../../src/studio/activities.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import served from '../../src/studio/handlers.ts';
import { type Requests, requestNamed } from '../../src/studio/rooms/index.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

const folder = folderWith({
  'a.yaml': smallExperiment({
    posterior: '{ method: laplace }',
    hardware: '{ device: pcm-ibm }',
    sampling: '{ samples: 8, entropy: frozen }',
    evaluate: '{ chips: 2, grid: 9, times: [20 s, 1 d], archive: false }',
    variants: '{ half: { hardware: { spread: 0.5 } } }',
  }),
});
const directory = 'runs/a';
const pool: Pool = { run: (task, job) => served.handlers[task.kind]!(task.payload, job), close: async () => {} };
const workspace = new FolderWorkspace(folder);

type Answer<N extends keyof Requests> = Awaited<ReturnType<Requests[N]['answer']>>;

async function ask<N extends keyof Requests>(name: N, question: unknown): Promise<Answer<N>> {
  const request = requestNamed(name);
  const given = { workspace, job: jobOf(), activities: new Activities(pool) };
  return (await request.answer(request.schema.parse(question), given)) as Answer<N>;
}

beforeAll(async () => {
  await posterohm('run', join(folder, 'a.yaml'), '--out', join(folder, directory), '--quiet');
});

test('a run shows its results and its training, its variant among those to choose', async () => {
  const run = await ask('run.look', { directory });
  expect(run).toMatchObject({ evaluated: true, older: [], chips: 2 });
  expect(run.sections.map(({ title }) => title)).toEqual([
    'Results',
    'Calibration and selective prediction',
    'Training',
  ]);
  const list = await ask('run.list', {});
  expect(list[0]).toMatchObject({ path: directory, state: 'evaluated', device: 'pcm-ibm', variants: 1, report: true });
});

describe('a run whose files somebody changed', () => {
  const copy = async (name: string, change: (place: string) => void) => {
    cpSync(join(folder, directory), join(folder, 'runs', name), { recursive: true });
    change(join(folder, 'runs', name));
    const listed = (await ask('run.list', {})).find(({ path }) => path === `runs/${name}`)!;
    return { listed, look: await ask('run.look', { directory: `runs/${name}` }) };
  };

  test('has its evaluation told about and made anew, in the list too', async () => {
    const edited = await copy('edited', place => {
      const evaluation = JSON.parse(readFileSync(join(place, 'evaluation.json'), 'utf8'));
      evaluation.hardware.metrics.nll = 'good';
      writeFileSync(join(place, 'evaluation.json'), JSON.stringify(evaluation));
    });
    expect(edited.listed.state).toBe('begun');
    expect(edited.listed.fault).toMatch(/^evaluation\.json: hardware\.metrics\.nll/);
    expect(edited.look).toMatchObject({
      evaluated: false,
      changed: [{ name: 'evaluation.json', counts: false }],
    });
    expect(edited.look.stages).not.toContain('evaluation');
    expect(edited.look.stages).toContain('training');
  });

  test('has what may be put in by hand told about as that, and what is missing', async () => {
    const { look } = await copy('by-hand', place => {
      cpSync(join(place, 'chips/chip-00.safetensors'), join(place, 'chips/chip-01.safetensors'));
      rmSync(join(place, 'plan.csv'));
    });
    expect(look.changed).toEqual([
      { name: 'chips/chip-01.safetensors', counts: true },
      { name: 'plan.csv', counts: false },
    ]);
  });

  test('that are whole are not told about', async () => {
    expect((await ask('run.look', { directory })).changed).toEqual([]);
  });
});

test('uncertainty: the chip drifts away from software with time, and its samples are counted', async () => {
  const look = await ask('uncertainty.look', { directory });
  expect(look).toMatchObject({ variants: ['half'], samples: 8, source: 'frozen', plane: { side: 9 } });
  const chip = (more: object) => ask('uncertainty.chip', { directory, chip: 1, time: 20, ...more });
  const early = await chip({});
  const distance = async (time: number) => {
    const { map } = await chip({ time });
    return map!.mean.reduce((sum, value, i) => sum + (value - early.map!.mean[i]!) ** 2, 0);
  };
  expect(await distance(3e8)).toBeGreaterThan(await distance(100));
  const input = await ask('uncertainty.input', { directory, chip: 1, time: 20, samples: 3, of: 'grid', number: 40 });
  expect([input.samples, input.outputs, input.values.length]).toEqual([3, 2, 6]);
  await expect(ask('uncertainty.input', { directory, chip: 1, time: 20, of: 'grid', number: 81 })).rejects.toThrow(
    'must be below 81',
  );
  await expect(ask('uncertainty.look', { directory, variant: 'third' })).rejects.toThrow('known: half');
});

test('cost: fewer samples take less, what cannot be is said, and no change is the design itself', async () => {
  const look = await ask('cost.look', { directory });
  expect(look.now).toMatchObject({ samples: 8, inputBits: 8 });
  const energy = async (changes: object) => (await ask('cost.change', { directory, changes })).figures?.energy.median;
  expect(await energy({})).toBe(look.figures.energy.median);
  expect(await energy({ samples: 2 })).toBeLessThan(0.5 * look.figures.energy.median!);
  // Where no rate is asked for, the slider stands at what is possible, and fewer samples make more of it.
  expect(look.now.rate).toBeUndefined();
  const quicker = (await ask('cost.change', { directory, changes: { samples: 2 } })).figures!;
  expect(quicker.rate).toBeGreaterThan(1.5 * look.figures.rate!);
  expect((await ask('cost.change', { directory, changes: { rate: 1000 } })).figures!.rate).toBe(1000);
  expect(await energy({ node: 65e-9 })).toBeGreaterThan(look.figures.energy.median!);
  const refused = await ask('cost.change', { directory, changes: { rows: 5000 } });
  expect(refused.faults).toMatchObject([{ path: ['hardware', 'array', 'rows'] }]);
});

test('device: presets and files are shown alike, and a wider spread is worse', async () => {
  const shown = await ask('device.look', { device: 'pcm-ibm', time: 3600 });
  expect(shown.sections.map(({ title }) => title)).toEqual([
    'Cells',
    'Programming and ageing',
    'Read noise',
    'Weights',
  ]);
  const table = async (spread: number) => (await ask('device.judge', { device: 'pcm-ibm', spread })).at(0)!.tables[0]!;
  const ece = (html: string) => Number(/ECE ([\d.]+)/.exec(html)![1]);
  expect(ece(await table(3))).toBeGreaterThan(ece(await table(1)));
  await expect(ask('device.look', { device: 'pcm-imb' })).rejects.toThrow('pcm-ibm');
  await expect(ask('device.look', { device: '../x.yaml' })).rejects.toThrow('is no path within');
});

test('a table of measured cells becomes a device file; a table of something else says what is missing', async () => {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const target = 20 + 20 * (i % 4);
    return `${target},${target + 3 * Math.sin(7.3 * i) + Math.cos(2.1 * i)}`;
  });
  writeFileSync(join(folder, 'cells.csv'), `target (uS),conductance (uS)\n${rows.join('\n')}\n`);
  const fit = await ask('device.fit', { file: 'cells.csv' });
  expect(fit.device).toBe('cells-device.yaml');
  expect(fit.sections[0]!.title).toBe('Fit');
  expect(readFileSync(join(folder, fit.device), 'utf8')).toContain('programming:');
  const { files } = await ask('device.list', {});
  expect(files.map(({ file }) => file)).toEqual(['cells-device.yaml']);
  expect((await ask('device.look', { device: fit.device })).range.high).toBeCloseTo(80e-6, 6);
  writeFileSync(join(folder, 'other.csv'), 'a,b\n1,2\n3,4\n');
  await expect(ask('device.fit', { file: 'other.csv' })).rejects.toThrow('other.csv');
});
