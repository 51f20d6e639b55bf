import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findDevice } from '../../src/device/index.ts';
import { resolveExperiment, schemas } from '../../src/experiment/index.ts';
import { entropySources } from '../../src/inference/index.ts';
import { buildOf } from '../../src/run/builds.ts';
import { useModule } from '../../src/run/index.ts';
import { compensations, transferMethods } from '../../src/transfer/index.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

/** What modules of the tests are made from; modules of people import the package. */
Object.assign(globalThis, {
  posterohmTest: { z, ideal: findDevice('ideal'), entropySources, transferMethods, compensations },
});

const module = `
import { spread } from './spread.mjs';
const { z, ideal, entropySources: { frozen }, transferMethods: { joint }, compensations: { none } } = globalThis.posterohmTest;
export const devices = [{ ...ideal, name: 'my-device', title: 'A device of mine' }];
export const entropySources = {
  mine: { ...frozen, name: 'my-source', schema: z.strictObject({ entropy: z.literal('my-source'), samples: z.int().default(spread) }) },
};
export const transferMethods = [{ ...joint, name: 'my-method', schema: z.strictObject({ method: z.literal('my-method') }) }];
export const compensations = [{ ...none, name: 'my-compensation', schema: z.literal('my-compensation') }];
export const metrics = [
  { name: 'sure', unit: '1', label: 'Surely decided', better: 'higher', task: 'classification',
    of: ({ confidence }) => confidence.reduce((sum, p) => sum + p, 0) / confidence.length },
];
`;
const experiment = smallExperiment({
  posterior: '{ method: laplace }',
  hardware: '{ device: my-device, array: { rows: 64, columns: 64 }, compensation: my-compensation }',
  transfer: '{ method: my-method }',
  sampling: '{ entropy: my-source }',
  evaluate: '{ chips: 2, grid: 5 }',
});

describe('--use', () => {
  const folder = folderWith({ 'my.mjs': module, 'spread.mjs': 'export const spread = 5;', 'a.yaml': experiment });
  const run = (...more: string[]) =>
    posterohm('run', join(folder, 'a.yaml'), '--out', join(folder, 'run'), '--json', '--quiet', ...more);
  const stages = ['training', 'plan', 'chip', 'measurement', 'software', 'evaluation'];

  test('brings records of people’s own to an experiment, as if they came with the package', async () => {
    const before = stages.map(buildOf);
    const without = await run();
    expect(without.status).toBe(2);
    expect(JSON.parse(without.err).faults.map(({ rule }: { rule: string }) => rule)).toContain(
      "unknown name 'my-source'",
    );
    const { status, err, out } = await run('--use', join(folder, 'my.mjs'));
    expect(err).toBe('');
    expect(status).toBe(0);
    const { chip, hardware } = JSON.parse(out);
    expect(chip.copies).toBe(5);
    expect(hardware.sure.mean).toBeGreaterThan(0.5);
    expect(hardware.sure.mean).toBeLessThan(1);
    expect(readFileSync(join(folder, 'run', 'experiment.yaml'), 'utf8')).toMatch(/entropy: my-source\n {2}samples: 5/);
    expect(JSON.stringify(schemas.experiment())).toContain('my-compensation');
    expect(stages.map(buildOf).every((build, i) => build !== before[i])).toBe(true);
  });

  test('is another build where its code or what that imports is another, of the stages that see it', async () => {
    const only = (spread: number) => ({
      'metric.mjs': `import { spread } from './spread.mjs';
        export const metrics = [{ name: 'm${spread}', unit: '1', label: 'M', better: 'lower', task: 'regression', of: () => spread }];`,
      'spread.mjs': `export const spread = ${spread};`,
    });
    const [one, other] = [folderWith(only(1)), folderWith(only(2))];
    const before = stages.map(buildOf);
    await useModule('metric.mjs', one);
    const first = stages.map(buildOf);
    await useModule('metric.mjs', one);
    expect(stages.map(buildOf)).toEqual(first);
    await useModule('metric.mjs', other);
    const second = stages.map(buildOf);
    const changed = (a: string[], b: string[]) => stages.filter((_, i) => a[i] !== b[i]);
    expect(changed(before, first)).toEqual(['measurement', 'software', 'evaluation']);
    expect(changed(first, second)).toEqual(['measurement', 'software', 'evaluation']);
  });

  test.each([
    ['export const device = [];', "device: is nothing that can be added; did you mean 'devices'? Known: devices, "],
    ['const a = 1;', 'exports: must export at least one list of records; known: devices, entropySources, '],
    [
      'export const metrics = [{ name: "nll" }];',
      "metrics.nll: lacks 'unit', 'label', 'better', 'task', 'of'; needed: ",
    ],
    ['export const metrics = [{}];', 'metrics.name: must be letters, digits and hyphens, got null'],
    ['export const devices = [globalThis.posterohmTest.ideal];', 'devices.ideal: is the name of another record; '],
    [
      'export const devices = [{ ...globalThis.posterohmTest.ideal, name: "odd", range: { low: 1, high: 0 } }];',
      'range: must be 0 ≤ low < high in S, got 1 to 0',
    ],
    ['throw new Error("boom");', 'cannot be used: boom; check the path and the code'],
  ])('says what is wrong with %s', async (code, fault) => {
    const folder = folderWith({ 'wrong.mjs': code });
    await expect(useModule('wrong.mjs', folder)).rejects.toThrow(fault);
    expect(() => findDevice('odd')).toThrow("unknown name 'odd'");
  });

  test('is not for files: an experiment cannot name a module', async () => {
    writeFileSync(join(folder, 'b.yaml'), `${smallExperiment()}\nuse: ./my.mjs`);
    expect((await posterohm('run', join(folder, 'b.yaml'))).err).toMatch(/unknown field 'use'/);
    await expect(useModule('missing.mjs', folder)).rejects.toThrow(/missing\.mjs: cannot be used: /);
    expect(() => resolveExperiment({ hardware: { device: './my.mjs' } }, 'x')).toThrow(/unknown name '\.\/my\.mjs'/);
  });
});
