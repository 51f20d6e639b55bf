import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

test('ranges that clip weights are stated with their shares, on the console, as JSON and in the report', async () => {
  const folder = folderWith({
    'small.yaml': smallExperiment({
      posterior: '{ method: map, epochs: 60 }',
      transfer: "{ method: joint, limit: { '0': 0.2, '1': 50 } }",
      evaluate: '{ chips: 1, grid: 6 }',
    }),
  });
  const directory = join(folder, 'run');
  const remark = /Weights of chips that are beyond their range and clipped to it: [\d.]+ % of layer 0 \(±0\.200\)\./;
  const { out, status } = await posterohm('run', join(folder, 'small.yaml'), '--out', directory, '--quiet');
  expect(status).toBe(0);
  expect(out).toMatch(remark);
  expect(out).toContain('Weights of deterministic chips that are beyond their range');
  expect(readFileSync(join(directory, 'report.html'), 'utf8')).toMatch(remark);

  const transferred = await posterohm('transfer', directory, '--quiet');
  expect(transferred.out).toMatch(
    /layer +largest \|w\| +bias line driven with +clipped\n0 +±0\.200 .*\n1 +±50\.?0* .* 0 %\n/,
  );
  expect(transferred.out).toMatch(remark);
  const document = JSON.parse((await posterohm('transfer', directory, '--json', '--quiet')).out);
  const chip = JSON.parse((await posterohm('evaluate', directory, '--json', '--quiet')).out).chip;
  expect(document.ranges).toEqual(chip.ranges);
  expect(document.range).toMatchObject({ by: 'given', ranges: document.ranges });
  expect(document.ranges.map(({ limit }: { limit: number }) => limit)).toEqual([0.2, 50]);
  expect(document.ranges[0].clipped).toBeGreaterThan(0.1);
  expect(document.ranges[1].clipped).toBe(0);
  expect(chip.deterministicRanges).toEqual(chip.ranges);
});
