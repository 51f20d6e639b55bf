import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TrainingPlace } from '../../src/experiment/checkpoint.ts';

const snapshot = { arrays: { mean: Float32Array.of(1, 2, 3) }, numbers: { rate: 0.1, best: Number.POSITIVE_INFINITY } };

test('a place is taken up with the same inputs alone, and refused where it is damaged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-'));
  const file = join(folder, 'run', 'checkpoint.safetensors');
  const place = new TrainingPlace(file, 'abc');
  place.note(1, 0.5, 'start');
  place.save(7, snapshot);
  expect(readdirSync(join(folder, 'run'))).toEqual(['checkpoint.safetensors']);
  const again = new TrainingPlace(file, 'abc');
  expect(again.load()).toEqual({ step: 7, snapshot });
  expect(again.curve).toEqual({ step: [1], loss: [0.5], part: ['start'] });
  expect(new TrainingPlace(file, 'other').load()).toBeNull();
  const whole = readFileSync(file);
  for (const part of [whole.subarray(0, 0), whole.subarray(0, whole.length - 4), Buffer.from('text')]) {
    writeFileSync(file, part);
    expect(() => place.load()).toThrow(`${file}: is no whole checkpoint; delete it to train from the beginning.`);
  }
});
