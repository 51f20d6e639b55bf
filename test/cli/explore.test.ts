import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fieldsOf } from '../explore/moons.ts';
import { folderWith, posterohm } from './shell.ts';

const budget = { trials: 8 };
const confirm = { chips: 3, trainings: 2, designs: 2 };
const folder = folderWith({
  'study.json': JSON.stringify(fieldsOf({ name: 'tiny', budget, sampler: 'random', first: [{ posterior: 'plain' }] })),
  'moons.json': JSON.stringify(
    fieldsOf({ name: 'moons', budget, confirm, sampler: 'random', halving: 2, constraints: [] }),
  ),
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

  test('judges the front again on what the search has not seen, which it opens once', () => {
    const again = document.front.filter(({ confirmed }: { confirmed: unknown }) => confirmed !== null);
    expect(again.length).toBe(Math.min(2, document.front.length));
    for (const { objectives, confirmed, onFront, kept } of again) {
      for (const [name, { mean, low, high, optimism }] of Object.entries<
        Record<string, number & Record<string, number>>
      >(confirmed)) {
        expect(low).toBeLessThan(mean!);
        expect(high).toBeGreaterThan(mean!);
        expect(optimism!.mean).toBeCloseTo(mean! - objectives[name].mean, 12);
      }
      expect(kept).toBe(true);
      expect(onFront).toBeGreaterThanOrEqual(0);
    }
    expect(document.openings).toBe(1);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('What held on what the search has not seen');
  });

  test('writes its answer as an experiment that runs to the same figures and counts as another look', async () => {
    const { trial, experiment } = document.answer;
    const { confirmed } = document.front.find((one: { trial: number }) => one.trial === trial);
    const ran = await posterohm('run', experiment, '--out', join(folder, 'run'), '--json', '--quiet');
    expect(ran.err).toBe('');
    const summary = JSON.parse(ran.out);
    expect(summary.name).toBe(`moons-trial-${trial}`);
    expect(summary.hardware.nll.mean).toBeCloseTo(confirmed.nll.own, 12);
    const looks = () =>
      readFileSync(join(out, 'openings.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).by);
    expect(looks()).toEqual(['confirmation', `run moons-trial-${trial}`]);
    await posterohm('evaluate', join(folder, 'run'), '--quiet');
    expect(looks().length).toBe(2);
    document.openings = 2;
  });

  test('is shown as it stands, and any of its designs exported', async () => {
    const { out: said } = await posterohm('study', 'show', out, '--json');
    const { schema, answer, ...rest } = JSON.parse(said);
    expect(schema).toBe('posterohm/study-show/1');
    expect(answer).toEqual(document.answer);
    const { schema: _own, answer: _answer, ...first } = document;
    expect(rest).toEqual(first);
    const { number } = { number: document.front[0].trial };
    const file = join(folder, 'one.yaml');
    expect((await posterohm('study', 'export', out, String(number), '--out', file)).status).toBe(0);
    const design = parse(readFileSync(file, 'utf8'));
    expect(design.hardware.outputBits).toBe(document.front[0].parameters['hardware.outputBits']);
    expect(design.study).toBe('study');
    expect((await posterohm('study', 'export', out, '99')).err).toContain('trial: must be the number of one of');
    expect((await posterohm('study', 'show', folder)).err).toContain(
      'is no folder of a study; make one with posterohm explore STUDY.',
    );
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
