import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

describe('faults', async () => {
  const small = smallExperiment({
    // It would be trained anew for other converters and wires, were it told of them.
    posterior: '{ method: hardware-aware, limit: 3, epochs: 60 }',
    hardware: '{ device: pcm-ibm, array: { rows: 64, columns: 64 } }',
    transfer: '{ method: mean-field, limit: 3 }',
    sampling: '{ entropy: frozen, samples: 4 }',
    evaluate: '{ chips: 4 }',
  });
  const cubic = smallExperiment({
    data: '{ source: cubic }',
    network: '{ layers: [dense 4 tanh, dense 1] }',
    posterior: '{ method: map, epochs: 2 }',
  });
  const folder = folderWith({ 'small.yaml': small, 'cubic.yaml': cubic });
  const out = join(folder, 'run');
  /** 106 of the 128 test rows, which some chips reach and do not pass. */
  const asked = 106 / 128;
  const line = ['faults', join(folder, 'small.yaml'), '--accuracy', `${asked}`, '--out', out, '--quiet'];
  const { status, out: text, err } = await posterohm(...line, '--json');
  const document = JSON.parse(text || '{}');

  test('of the run directory are those of its experiment', async () => {
    const again = await posterohm('faults', out, '--accuracy', `${asked}`, '--quiet', '--json');
    expect(JSON.parse(again.out)).toEqual(document);
  });

  test('break the same chips in every way and strength', () => {
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const { levels, strengths, required } = document;
    expect(document).toMatchObject({ schema: 'posterohm/faults/1', name: 'small', time: 86400 });
    expect(required).toBe(asked);
    expect(levels.flatMap(({ chips }: { chips: { accuracy: number }[] }) => chips)).toContainEqual(
      expect.objectContaining({ accuracy: asked }),
    );
    expect(Object.keys(strengths)).toEqual(['stuck cells', 'lost range', 'lost bits', 'wires', 'dead lines']);
    const accuracy = ({ chips }: { chips: { accuracy: number }[] }) =>
      chips.reduce((sum, chip) => sum + chip.accuracy, 0) / chips.length;
    const [working, ...broken] = levels;
    expect(working).toMatchObject({ kind: 'none', strength: 0, yield: { share: 1, high: 1 } });
    // Four of four: .025^(1/4).
    expect(working.yield.low).toBeCloseTo(0.025 ** 0.25, 9);
    for (const kind of ['stuck cells', 'dead lines']) {
      const worst = broken.filter((level: { kind: string }) => level.kind === kind).at(-1);
      expect(accuracy(worst), kind).toBeLessThan(accuracy(working) - 0.02);
    }
    const stages = readdirSync(join(out, 'stages')).filter(name => name.startsWith('training'));
    expect(stages).toEqual(['training.json']);
    for (const { chips, yield: share } of levels) {
      const passed = chips.filter((chip: { accuracy: number }) => chip.accuracy >= required);
      expect(share.share).toBe(passed.length / 4);
    }
    for (const { chips } of levels) expect(chips.map(({ chip }: { chip: number }) => chip)).toEqual([0, 1, 2, 3]);
  });

  test('tell what more samples average out', () => {
    const { samples, alone, shared } = document.spread;
    expect(samples).toEqual([1, 2, 4]);
    expect([alone.length, shared.length]).toEqual([3, 3]);
    for (const value of [...alone, ...shared]) expect(value).toBeGreaterThan(0);
    // All samples of the working chips, of which three are free.
    const nll: number[] = document.levels[0].chips.map((chip: { nll: number }) => chip.nll);
    const mean = nll.reduce((sum, x) => sum + x / 4, 0);
    expect(alone[2]).toBeCloseTo(Math.sqrt(nll.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3), 8);
    // A gain of each chip with a spread of .1 stays, whatever the samples.
    expect(shared[2]).toBeGreaterThan(alone[2]);
    expect(readFileSync(join(out, 'faults.html'), 'utf8')).toContain('What more samples average out');
  });

  test('say whether uncertainty tells, and which inputs do', async () => {
    const { auroc, selfTest } = document;
    type Chip = { accuracy: number; total: number; epistemic: number };
    const all: Chip[] = document.levels.flatMap(({ chips }: { chips: Chip[] }) => chips);
    const [broken, working] = [all.filter(one => one.accuracy < asked), all.filter(one => one.accuracy >= asked)];
    for (const name of ['total', 'epistemic'] as const) {
      let above = 0;
      for (const one of broken) {
        for (const other of working) above += one[name] > other[name] ? 1 : one[name] === other[name] ? 0.5 : 0;
      }
      expect(auroc[name]).toBeCloseTo(above / (broken.length * working.length), 9);
    }
    expect(selfTest.rows.length).toBeGreaterThan(0);
    expect(selfTest.found).toBeGreaterThan(0.5);
    const plain = await posterohm(...line);
    expect(plain.out).toMatch(/is told by the uncertainty of its predictions alone/);
    expect(plain.out).toMatch(/^dead lines +0\.3 /m);
    expect(readFileSync(join(out, 'faults.html'), 'utf8')).toContain('does uncertainty rise as accuracy falls?');
    expect(JSON.parse(readFileSync(join(out, 'faults.json'), 'utf8')).selfTest).toEqual(selfTest);
  });

  test.each([
    [
      ['faults', join(folder, 'small.yaml'), '--accuracy', '90'],
      /--accuracy: must be a share above 0, up to 1, got '90'/,
    ],
    [['faults', join(folder, 'cubic.yaml'), '--out', join(folder, 'c')], /data: a campaign of faults needs classes/],
  ] as const)('%j gets one sentence and status 2', async (argv, sentence) => {
    const refused = await posterohm(...argv, '--quiet');
    expect(refused.err).toMatch(sentence);
    expect(refused.status).toBe(2);
  });
});
