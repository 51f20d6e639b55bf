import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodePlace, encodePlace } from '../../src/bayes/index.ts';
import { TrainingPlace } from '../../src/experiment/checkpoint.ts';

const snapshot = { arrays: { mean: Float32Array.of(1, 2, 3) }, numbers: { rate: 0.1, best: Number.POSITIVE_INFINITY } };
const kept = { step: 7, snapshot, curve: { step: [1], loss: [0.5], part: ['start'] } };

test('a place is taken up with the same inputs alone, and refused where it is damaged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-'));
  const file = join(folder, 'run', 'checkpoint.safetensors');
  const place = new TrainingPlace(file, 'abc');
  expect(await place.load()).toBeUndefined();
  await place.save(encodePlace(kept));
  expect(readdirSync(join(folder, 'run'))).toEqual(['checkpoint.safetensors']);
  const again = new TrainingPlace(file, 'abc');
  expect(decodePlace((await again.load())!, file)).toEqual(kept);
  expect(await new TrainingPlace(file, 'other').load()).toBeUndefined();
  const whole = readFileSync(file);
  for (const part of [whole.subarray(0, 0), whole.subarray(0, whole.length - 4), Buffer.from('text')]) {
    writeFileSync(file, part);
    await expect(place.load()).rejects.toThrow(
      `${file}: is no whole checkpoint; delete it to train from the beginning.`,
    );
  }
  await place.done();
  expect(readdirSync(join(folder, 'run'))).toEqual([]);
});
