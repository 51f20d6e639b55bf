import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { againstBase } from '../../src/pipeline/index.ts';
import { evaluatedIfThere, openDirectory } from '../../src/run/index.ts';
import { Activities } from '../../src/studio/activities.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import { compareRequests } from '../../src/studio/rooms/compare.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

const experiment = (device: string, chips: number) =>
  smallExperiment({
    posterior: '{ method: laplace }',
    hardware: `{ device: ${device} }`,
    sampling: '{ samples: 3, entropy: frozen }',
    evaluate: `{ chips: ${chips}, grid: 5, times: [6 s], archive: false }`,
  });
const folder = folderWith({
  'a.yaml': experiment('oxram-hfo2', 3),
  'b.yaml': experiment('pcm-ibm', 3),
  'c.yaml': experiment('pcm-ibm', 2),
});
const workspace = new FolderWorkspace(folder);
const pool = { run: async () => undefined, close: async () => {} };
const pair = (run: string, base: string) =>
  compareRequests['compare.pair'].answer({ run, base }, { workspace, job: jobOf() });

beforeAll(async () => {
  for (const name of ['a', 'b', 'c']) {
    const { status } = await posterohm('run', join(folder, `${name}.yaml`), '--out', join(folder, name), '--quiet');
    expect(status).toBe(0);
  }
  await posterohm('train', join(folder, 'a.yaml'), '--out', join(folder, 'begun'), '--quiet');
}, 60_000);

test('runs that are evaluated stand in a table, with the metrics of the side that is asked for', async () => {
  const look = (side: 'hardware' | 'software') =>
    compareRequests['compare.look'].answer({ side }, { workspace, activities: new Activities(pool) });
  const { runs, tables } = await look('hardware');
  expect(runs.map(({ path }) => path).sort()).toEqual(['a', 'b', 'c']);
  expect(tables).toHaveLength(1);
  expect(tables[0]).toContain('Classifications');
  expect((await look('software')).tables).not.toEqual(tables);
});

test('two runs of the same data are tested chip by chip, and others are not', async () => {
  const evaluated = async (name: string) => {
    const open = await openDirectory(name, { folder, reading: true });
    return (await evaluatedIfThere(open))!.evaluated;
  };
  const { nll } = againstBase(await evaluated('a'), await evaluated('b'));
  const { tables, devices } = await pair('b', 'a');
  expect(tables).toHaveLength(1);
  expect(devices).toHaveLength(2);
  expect((await pair('c', 'b')).devices).toEqual([]);
  const cells = tables[0]!
    .split('<tr')
    .find(row => row.includes('>NLL'))!
    .match(/(?<=>)\d+(?=<)/g)!;
  expect(cells.slice(0, 3).map(Number)).toEqual([nll!.wins, nll!.losses, nll!.ties]);
  expect((await pair('c', 'a')).tables).toEqual([]);
});

test('a run that is not evaluated is named', async () => {
  await expect(pair('begun', 'a')).rejects.toThrow('begun: is not evaluated yet');
});
