import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../explore/moons.ts';
import { folderWith, posterohm } from './shell.ts';

const budget = { trials: 8 };
const folder = folderWith({
  'study.json': JSON.stringify(fieldsOf({ name: 'tiny', budget, sampler: 'random', first: [{ posterior: 'plain' }] })),
  'moons.json': JSON.stringify(fieldsOf({ name: 'moons', budget, sampler: 'random', halving: 2 })),
});

describe('explore', async () => {
  const out = join(folder, 'study');
  const command = ['explore', join(folder, 'moons.json'), '--out', out, '--threads', '1', '--json'] as const;
  const first = await posterohm(...command);
  const document = JSON.parse(first.out || '{}');

  test('searches a study, says what it implies, and answers with its front', () => {
    expect(first.status).toBe(0);
    expect(first.err).toContain(
      'Nearly every design is trained anew, as network.layers, network.layers.0.width, network.layers.1.width, posterior, posterior.limit, hardware.spread say.',
    );
    expect(document).toMatchObject({ schema: 'posterohm/explore/1', study: 'moons', trials: { failed: 0 } });
    const { complete, pruned } = document.trials;
    expect(complete + pruned).toBeGreaterThan(3);
    expect(complete + pruned).toBeLessThan(8);
    expect(document.trainings).toBe(complete + pruned);
    expect(document.front.length).toBeGreaterThan(0);
    for (const { trial, parameters, objectives, chips, design } of document.front) {
      expect(trial).toBeLessThan(complete + pruned);
      expect(chips).toBeGreaterThanOrEqual(2);
      expect(objectives.nll.low).toBeLessThan(objectives.nll.mean);
      expect(objectives.energyPerDecision.low).toBe(objectives.energyPerDecision.high);
      expect(design.hardware.outputBits).toBe(parameters['hardware.outputBits']);
    }
  });

  test('finds nothing left to do when it is called again', async () => {
    const record = readFileSync(join(out, 'study.jsonl'), 'utf8').split('\n').length;
    const again = await posterohm(...command, '--quiet');
    expect(again.err).toBe('');
    const { seconds: _seconds, ...same } = JSON.parse(again.out);
    expect(document).toMatchObject(same);
    // One line says that a process has opened it.
    expect(readFileSync(join(out, 'study.jsonl'), 'utf8').split('\n').length).toBe(record + 1);
  });

  test('refuses another study in its folder, and points that are none', async () => {
    const other = await posterohm('explore', join(folder, 'study.json'), '--out', out, '--quiet');
    expect(other.status).toBe(2);
    const missing = await posterohm('explore', join(folder, 'none.yaml'));
    expect(missing.err).toContain('cannot be read as a study; give the path of a YAML or JSON file.');
  });
});
