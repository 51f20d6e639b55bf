import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { sizesOf } from '../../src/pipeline/index.ts';
import { evaluationOf } from '../../src/run/evaluate-run.ts';
import { openExperiment } from '../../src/run/index.ts';
import type { Room } from '../../src/run/room.ts';
import { folderWith, smallExperiment } from '../cli/shell.ts';

const small = {
  posterior: '{ method: ensemble, members: 200, epochs: 1 }',
  network: '{ layers: [dense 16 tanh, dense 2] }',
  data: '{ source: two-moons, train: 8, validation: 64, test: 500 }',
  hardware: '{ device: pcm-ibm, array: { rows: 64, columns: 64 } }',
  evaluate: '{ chips: 3, grid: 5, times: [1 h, 1 d] }',
};
const yaml = smallExperiment(small);
const variants = '{ same: { evaluate: { grid: 6 } }, half: { hardware: { spread: 0.5 } } }';
const folder = folderWith({ 'a.yaml': yaml, 'variants.yaml': smallExperiment({ ...small, variants }) });
const roomOf = (memory: number, disk: number): Room => ({ memory: () => memory, disk: async () => disk });
const open = (file: string, out: string, memory: number, disk: number) =>
  openExperiment(join(folder, file), { folder, out, room: roomOf(memory, disk) });
const much = 1e15;

describe('what a run takes', async () => {
  const { run } = await open('a.yaml', 'run', much, much);
  const { memory, disk } = sizesOf(run.subject);
  const total = (of: object) => Object.values(of).reduce((sum: number, bytes: number) => sum + bytes, 0);

  test('is refused beyond the memory that is free, with the figures and the way out', async () => {
    await open('a.yaml', 'fits', total(memory), much);
    await expect(open('a.yaml', 'no', total(memory) - 1, much)).rejects.toThrow(
      /takes \d+ kB of memory \(outputs 160 kB, .*posterior 65\.6 kB.*\), where \d+ kB are free; take fewer samples \(sampling\.samples\) or set evaluate\.archive: false/,
    );
  });

  test('is refused beyond the disk that is free, first of all for the archive', async () => {
    await open('a.yaml', 'fits', much, total(disk));
    await expect(open('a.yaml', 'no', much, total(disk) - 1)).rejects.toThrow(
      /a\.yaml: evaluate\.archive: keeps the outputs of all samples, so that the run takes .* \(.*archive 588 kB.*\), where .* are free in .*; set evaluate\.archive: false, or name a place/,
    );
    await expect(open('a.yaml', 'no', much, total(disk) - disk.archive - 1)).rejects.toThrow(
      /takes .* of disk .*; set evaluate\.archive: false and take less of the rest, or name a place on a larger disk with --out/,
    );
  });

  test('counts what the cells of the one copy remember, where reads do', async () => {
    const states = async (hardware: string, sampling: string) => {
      const fields = { ...small, posterior: '{ method: map, epochs: 1 }', hardware: `{ ${hardware} }` };
      const place = folderWith({ 'a.yaml': smallExperiment({ ...fields, sampling: `{ ${sampling} }` }) });
      const opened = await openExperiment(join(place, 'a.yaml'), {
        folder: place,
        out: 'run',
        room: roomOf(much, much),
      });
      return sizesOf(opened.run.subject).memory.states;
    };
    const remembered = await states('device: pcm-ibm', 'entropy: read, samples: 2');
    // 3·16 + 17·2 weights in single precision, at least four numbers each and one for each decade of 1/f noise.
    const numbers = remembered / (4 * (3 * 16 + 17 * 2));
    expect(numbers).toBeGreaterThan(8);
    expect(numbers).toBeLessThan(20);
    expect(Number.isInteger(numbers)).toBe(true);
    for (const [hardware, sampling] of [
      ['device: pcm-ibm', 'entropy: read, samples: 2, memory: false'],
      ['device: pcm-ibm', 'entropy: frozen, samples: 2'],
      ['device: rram-wan', 'entropy: read, samples: 2'],
    ] as const) {
      expect(await states(hardware, sampling), `${hardware} ${sampling}`).toBe(0);
    }
  });

  test('counts what variants share once, and archives of none', async () => {
    const { chips, plan } = disk;
    const both = total(disk) + chips + plan;
    await open('variants.yaml', 'v', much, both);
    await expect(open('variants.yaml', 'v', much, both - 1)).rejects.toThrow(/of disk/);
  });

  test('is near what it comes to on disk, and what is there is not asked for again', async () => {
    await evaluationOf(run, () => jobOf());
    const size = (...names: string[]) =>
      names
        .flatMap(name => [run.directory.file(name), run.twinDirectory.file(name)])
        .filter(file => existsSync(file))
        .reduce((sum, file) => sum + statSync(file).size, 0);
    const near = (reckoned: number, found: number, share: number) => {
      expect(reckoned).toBeGreaterThan(found * (1 - share));
      expect(reckoned).toBeLessThan(found * (1 + share));
    };
    near(disk.posterior, size('posterior.safetensors'), 0.1);
    near(disk.chips, size(...['00', '01', '02'].map(n => `chips/chip-${n}.safetensors`)), 0.1);
    near(disk.archive, size('prediction.npz'), 0.01);
    near(disk.plan, size('plan.parquet', 'plan.csv'), 0.5);
    await open('a.yaml', 'run', 0, 0);
  });
});
