import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { holdLock, type Lock } from '../../src/run/index.ts';
import { hypervolume as hypervolumeOf } from '../../src/search/index.ts';
import { fieldsOf } from '../explore/moons.ts';
import { folderWith, posterohm } from './shell.ts';

const compiled = new URL('../../dist/cli/main.js', import.meta.url).href;
const budget = { trials: 8 };
const confirm = { chips: 3, trainings: 2, designs: 2, devices: 2 };
const baselines = { of: ['deterministic', 'last-layer laplace'], share: 0.75 };
const folder = folderWith({
  'study.json': JSON.stringify(fieldsOf({ name: 'tiny', budget, sampler: 'random', first: [{ posterior: 'plain' }] })),
  'moons.json': JSON.stringify(
    fieldsOf({ name: 'moons', budget, confirm, baselines, sampler: 'random', halving: 2, constraints: [] }),
  ),
});

interface Baseline {
  readonly name: string;
  readonly trials: { readonly complete: number };
  readonly front: readonly {
    readonly trial: number;
    readonly confirmed: unknown;
    readonly objectives: Readonly<Record<string, { readonly mean: number }>>;
  }[];
  readonly progress: readonly { readonly hypervolume: number }[];
  readonly hypervolume: number;
}

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

  test('searches digital baselines with records of their own, judges them again and compares its answer with the best', () => {
    expect(document.baselines.map(({ name }: { name: string }) => name)).toEqual(baselines.of);
    const confirmed = document.baselines.map(({ name, trials, front, progress, hypervolume }: Baseline) => {
      const lines = readFileSync(join(out, 'baselines', name.replace(' ', '-'), 'study.jsonl'), 'utf8');
      expect(lines.split('\n').filter(line => line.includes('"event":"found"')).length).toBe(6);
      // What draws need is kept where designs are judged again, and not for every trial.
      expect(lines).not.toContain('"bill"');
      expect(trials.complete).toBeGreaterThan(1);
      expect(progress.at(-1)!.hypervolume).toBeCloseTo(hypervolume, 12);
      // All are told below one reference.
      const level = ({ nll, energyPerDecision }: Record<string, number>) => [nll!, Math.log(energyPerDecision!)];
      const means = front.map(({ objectives }) =>
        Object.fromEntries(Object.entries(objectives).map(([goal, { mean }]) => [goal, mean])),
      );
      expect(hypervolumeOf(means.map(level), level(document.reference))).toBeCloseTo(hypervolume, 9);
      return front.filter(design => design.confirmed !== null).map(({ trial }) => ({ name, trial }));
    });
    const { verdict, trial } = document.answer;
    expect(['analog', 'digital', 'undecided']).toContain(verdict.word);
    expect(confirmed.flat()).toContainEqual(verdict.baseline);
    expect(verdict.sentence).toContain(`trial ${trial}`);
    const own = document.front.find((design: { trial: number }) => design.trial === trial);
    expect(own.beatsBaseline).toBe(verdict.probability);
    expect(own.regret.high).toBeGreaterThanOrEqual(own.regret.median);
    expect(verdict.against.map(({ objective }: { objective: string }) => objective).sort()).toEqual(
      Object.keys(own.objectives).sort(),
    );
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report).toContain('Against digital baselines');
    expect(report).toContain('last-layer laplace');
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
    const { out: text } = await posterohm('study', 'show', out);
    expect(text).toMatch(/^Verdict: (analog|digital|undecided)\. /);
    expect(text).toMatch(/\nlast-layer laplace {2,}\d+ /);
    expect(text).toContain('P(beats best baseline)');
    const chosen = document.front.find(({ trial }: { trial: number }) => trial === document.answer.trial);
    expect(text).toContain(`hardware.outputBits ${chosen.parameters['hardware.outputBits']}`);
    expect((await posterohm('study', 'export', out, '99')).err).toContain('trial: must be the number of one of');
    expect((await posterohm('study', 'show', folder)).err).toContain(
      'is no folder of a study; make one with posterohm explore STUDY.',
    );
  });

  test('finds nothing left to do when it is called again', async () => {
    const records = ['study.jsonl', 'baselines/deterministic/study.jsonl'].map(name => join(out, name));
    const lines = () => records.map(file => readFileSync(file, 'utf8').split('\n').length);
    const before = lines();
    const again = await posterohm(...command, '--quiet');
    expect(again.err).toBe('');
    const { seconds: _seconds, ...same } = JSON.parse(again.out);
    expect(document).toMatchObject(same);
    // One line says that a process has opened it.
    expect(lines()).toEqual(before.map(count => count + 1));
  });

  test('tries a design that is added, and goes on with a larger budget', async () => {
    const { design: _design, parameters } = document.front[0];
    const added = JSON.stringify({ ...parameters, 'hardware.spread': 1.37 });
    const say = async (...given: string[]) => (await posterohm('study', 'add', out, ...given)).err;
    expect((await posterohm('study', 'add', out, added, '--json')).out).toContain('"waiting":1');
    expect(await say(added)).toBe('posterohm: point: was added before; search on with explore, which tries it.\n');
    expect(await say(JSON.stringify(parameters))).toBe(
      `posterohm: point: is trial ${document.front[0].trial} already; study show says what it found.\n`,
    );
    expect(await say('{ hardware.outputBits: 99 }')).toMatch(/^posterohm: point\.\S+/);
    const { trials } = JSON.parse((await posterohm(...command, '--trials', '9', '--quiet')).out);
    const record = readFileSync(join(out, 'study.jsonl'), 'utf8');
    const asked = record.split('\n').filter(line => line.includes('"asked"'));
    expect(asked).toHaveLength(10);
    expect(JSON.parse(asked[8]!)).toMatchObject({ purpose: 'added', point: JSON.parse(added) });
    expect(JSON.parse(asked[9]!).purpose).not.toBe('added');
    expect(trials.complete + trials.pruned).toBeGreaterThanOrEqual(
      document.trials.complete + document.trials.pruned + 1,
    );
  });

  test('keeps the trained posteriors of its front alone, or no more than a quota allows', async () => {
    const entries = join(out, 'trained', 'entries');
    const before = readdirSync(entries).length;
    const shown = JSON.parse((await posterohm('study', 'show', out, '--json')).out);
    const fronts: { front: unknown[] }[] = [shown, ...shown.baselines];
    // Posteriors come from compiled children, whose build names them: the compiled command collects, in one process.
    const quotas = [['--quota', '1GB'], ['--json'], ['--quota', '1kB']];
    const script = `
      const { main } = await import('${compiled}');
      for (const more of ${JSON.stringify(quotas)}) {
        await main(['study', 'gc', ${JSON.stringify(out)}, ...more]);
        process.stdout.write('\\0');
      }`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const [enough, unlimited, little] = said.split('\0');
    expect(enough).toContain('Removed 0 trained posteriors');
    const { removed, left } = JSON.parse(unlimited!);
    const remaining = readdirSync(entries);
    expect(removed).toBe(before - remaining.length);
    expect(removed).toBeGreaterThan(0);
    expect(remaining.length).toBeGreaterThan(0);
    expect(remaining.length).toBeLessThanOrEqual(fronts.reduce((sum, { front }) => sum + front.length, 0));
    expect(little).toContain(', more than 1 kB: the front comes from them.');
    expect(left).toBeGreaterThan(1000);
  });

  test('is let alone while it is searched, judged against baselines or confirmed', async () => {
    const lock = (await holdLock(join(out, 'explore.lock'))) as Lock;
    for (const verb of [
      ['study', 'gc', out] as const,
      ['explore', join(folder, 'moons.json'), '--out', out] as const,
    ]) {
      const { status, err } = await posterohm(...verb, '--quiet');
      expect(status).toBe(2);
      expect(err).toContain(`is being worked on by process ${process.pid} of `);
    }
    await lock.release();
  });

  test('refuses another study in its folder, and points that are none', async () => {
    const other = await posterohm('explore', join(folder, 'study.json'), '--out', out, '--quiet');
    expect(other.status).toBe(2);
    const missing = await posterohm('explore', join(folder, 'none.yaml'));
    expect(missing.err).toContain('cannot be read as a study; give the path of a YAML or JSON file.');
  });
});
