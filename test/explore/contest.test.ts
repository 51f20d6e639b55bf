import { describe, expect, test } from 'vitest';
import { check, jobOf } from '../../src/base/index.ts';
import { draws } from '../../src/cost/index.ts';
import { deviceOf } from '../../src/device/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { confirmProblem, piecesOf } from '../../src/explore/confirm/confirm-problem.ts';
import { type ConfirmedTrial, confirmedDesigns } from '../../src/explore/confirm/confirmed.ts';
import { type Contestant, contestOf, quantile } from '../../src/explore/confirm/contest.ts';
import { deviceFactors } from '../../src/explore/confirm/device-draws.ts';
import { drawnValues } from '../../src/explore/confirm/drawn-values.ts';
import { flipOf } from '../../src/explore/confirm/flip.ts';
import { marginOf } from '../../src/explore/confirm/margin.ts';
import { verdictOf } from '../../src/explore/confirm/verdict.ts';
import type { DesignEvidence } from '../../src/explore/designs/evidence.ts';
import { goalsOf } from '../../src/explore/study-file/goals.ts';
import { studySchema } from '../../src/explore/study-file/schema.ts';
import { evaluateDesign } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { billWith, goals, trialOf } from './confirmed.ts';
import { designsOf, fieldsOf } from './moons.ts';

const two = goals().objectives;
const contestant = (own: boolean, values: readonly number[], kept = true): Contestant => ({ own, kept, values });

describe('regret', () => {
  // Ranges: 0.1 … 0.5 of the loss, 1 … 100 of the price, whose logarithms count.
  const contestants = [
    contestant(true, [0.1, 100]),
    contestant(true, [0.3, 10]),
    contestant(true, [0.5, 1]),
    contestant(false, [0.3, 10]),
  ];

  test('is what a design is farther from the best of all objectives at once than the nearest, a share of the ranges', () => {
    const drawn = [contestants.map(({ values }) => values)];
    const { standings, answer, baseline } = contestOf(two, contestants, drawn);
    // Distances 1, √½, 1, √½.
    expect(standings.map(({ regret }) => regret.high)).toEqual(
      [1 - Math.SQRT1_2, 0, 1 - Math.SQRT1_2, 0].map(value => expect.closeTo(value, 12)),
    );
    expect([answer, baseline]).toEqual([1, 3]);
    expect(standings.map(({ beatsBaseline }) => beatsBaseline)).toEqual([0, 0.5, 0, 0.5]);
    expect(standings.map(({ onFront }) => onFront)).toEqual([1, 1, 1, 1]);
  });

  test('decides by its 90 % quantile, and not by its median', () => {
    // The second is nearest in most draws and far away in 15 of 100; the first is always a little away.
    const steady = [contestant(true, [0.2, 1]), contestant(true, [0.1, 1]), contestant(true, [0.6, 1])];
    const drawn = Array.from({ length: 100 }, (_, draw) => [
      [0.2, 1],
      [draw < 15 ? 0.6 : 0.1, 1],
      [0.6, 1],
    ]);
    const { standings, answer } = contestOf(two, steady, drawn);
    expect(answer).toBe(0);
    expect(standings[1]!.regret.median).toBe(0);
    expect(standings[1]!.regret.high).toBeCloseTo(0.8, 12);
    // With 5 of 100 it is the answer.
    const rarely = Array.from({ length: 100 }, (_, draw) => [
      [0.2, 1],
      [draw < 5 ? 0.6 : 0.1, 1],
      [0.6, 1],
    ]);
    expect(contestOf(two, steady, rarely).answer).toBe(1);
    expect(quantile([3, 1, 2, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
  });

  test('is infinite where a constraint is broken, and of no design that breaks one by its evidence', () => {
    const drawn = Array.from({ length: 100 }, (_, draw) => [
      [0.1, 100],
      draw < 20 ? undefined : [0.3, 10],
      [0.5, 1],
      [0.3, 10],
    ]);
    const { standings, answer } = contestOf(two, contestants, drawn);
    expect(standings[1]!.regret).toEqual({ median: 0, high: Number.POSITIVE_INFINITY });
    expect(standings[1]!.onFront).toBeCloseTo(0.8, 12);
    expect(answer).toBe(0);
    const broken = [contestant(true, [0.1, 1], false), contestant(true, [0.5, 2]), contestant(false, [0.1, 1], false)];
    const found = contestOf(two, broken, [broken.map(({ values }) => values)]);
    expect(found).toMatchObject({ answer: 1, baseline: undefined });
    expect(found.standings[1]!.beatsBaseline).toBeNull();
  });

  test('does not tell apart by what hardly differs', () => {
    // 0.001 nats are a hundredth of ten margins, 10 % of a price ln 1.1/ln 2 of a factor of two.
    const near = [contestant(true, [0.2, 1.1]), contestant(false, [0.201, 1])];
    const { standings } = contestOf(two, near, [near.map(({ values }) => values)]);
    expect(standings[0]!.regret.high).toBeCloseTo(Math.log(1.1) / Math.LN2 - 0.01, 12);
    expect(standings[0]!.beatsBaseline).toBe(0);
  });

  test('counts the draws in which a design comes nearer than the best baseline', () => {
    const pair = [contestant(true, [0.2, 1]), contestant(false, [0.4, 1])];
    const drawn = Array.from({ length: 100 }, (_, draw) => [
      [draw < 30 ? 0.5 : 0.2, 1],
      [0.4, 1],
    ]);
    expect(contestOf(two, pair, drawn).standings[0]!.beatsBaseline).toBeCloseTo(0.7, 12);
    expect(contestOf(two, pair, drawn).standings.map(({ onFront }) => onFront)).toEqual([1, 1]);
  });
});

test('draws of three trainings spread as their mean is uncertain, in which they differ too little', () => {
  const values = [0.4, 0.5, 0.7];
  const trial = trialOf(
    0,
    values.map(nll => [nll, nll]),
    1,
  );
  const drawn = drawnValues(keyOf(1), goals(), [trial]).map(([value]) => value![0]!);
  const mean = values.reduce((sum, value) => sum + value / 3, 0);
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2 / 3);
  const spread = Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length);
  expect(Math.abs(spread / error - 1)).toBeLessThan(0.06);
});

/** A design of certain losses whose price has these parts, of constants that are known to a factor of 2. */
const priced = (
  trial: number,
  nll: number,
  parts: readonly (readonly [string, number])[],
  of?: ConfirmedTrial['of'],
): ConfirmedTrial => {
  const energy = parts.reduce((sum, [, joules]) => sum + joules, 0);
  const more: Partial<DesignEvidence> = { bill: billWith(parts, 2) };
  return {
    ...trialOf(
      trial,
      [
        [nll, nll],
        [nll, nll],
      ],
      energy,
      more,
    ),
    ...(of && { of }),
  };
};
const nothing = () => ({ value: 0, error: 0 });
const judged = (trials: readonly ConfirmedTrial[]) => {
  const confirmed = confirmedDesigns(keyOf(1), goals(), trials, nothing);
  return { confirmed, verdict: verdictOf(goals(), trials, confirmed) };
};

describe('constants', () => {
  test('are drawn at least 200 times, once for all designs that share them', () => {
    const trials = [priced(0, 0.2, [['adc', 1]]), priced(1, 0.2, [['adc', 2]]), priced(2, 0.2, [['sram', 2]])];
    const drawn = drawnValues(keyOf(1), goals(), trials);
    expect(drawn.length).toBe(draws);
    expect(draws).toBeGreaterThanOrEqual(200);
    const energies = drawn.map(values => values.map(value => value![1]!));
    for (const [a, b] of energies) expect(b! / a!).toBeCloseTo(2, 12);
    expect(new Set(energies.map(([a, , c]) => (c! / a!).toFixed(6))).size).toBeGreaterThan(draws / 2);
    const logs = energies.map(([a]) => Math.log(a!));
    const std = Math.sqrt(logs.reduce((sum, log) => sum + log * log, 0) / draws);
    expect(std / Math.LN2).toBeCloseTo(1, 2);
  });

  test('make a design beat another as often as their factors say', () => {
    // ln of the ratio has the spread √2 ln 2: 1.5 times dearer is better with probability Φ(−ln 1.5/(√2 ln 2)) = 0.3396.
    const { confirmed } = judged([
      priced(0, 0.2, [['adc', 1.5]]),
      priced(1, 0.2, [['sram', 1]], 'deterministic'),
      priced(2, 0.3, [['rram', 100]], 'dropout'),
    ]);
    expect(Math.abs(confirmed.designs[0]!.beatsBaseline! - 0.3396)).toBeLessThan(0.02);
  });
});

describe('the verdict', () => {
  test('is digital where a baseline is better, and says what speaks against the answer first', () => {
    const { verdict } = judged([priced(4, 0.199, [['adc', 50]]), priced(9, 0.2, [['sram', 1]], 'ensemble')]);
    expect(verdict).toMatchObject({ word: 'digital', probability: 0, baseline: { name: 'ensemble', trial: 9 } });
    expect(verdict.against.map(({ objective, favours }) => [objective, favours])).toEqual([
      ['energyPerDecision', 'digital'],
      ['nll', 'analog'],
    ]);
    expect(verdict.sentence).toMatch(
      /^Do not build analog: the baseline 'ensemble' \(its trial 9\) comes nearer to the best than the study's trial 4, which has: 50 \[\d+, \d+\] times the energyPerDecision; nll lower by 0\.001 /,
    );
    expect(verdict.quality).toMatchObject({ verdict: 'as good', losses: { nll: { margin: 0.01 } } });
    expect(verdict.quality!.losses.nll!.mean).toBeCloseTo(0.001, 10);
  });

  test('is analog where the study is better, and undecided between twins', () => {
    const better = judged([priced(4, 0.2, [['adc', 1]]), priced(9, 0.3, [['sram', 50]], 'ensemble')]).verdict;
    expect(better).toMatchObject({ word: 'analog', probability: 1, quality: { verdict: 'worse' } });
    expect(better.against.map(({ favours }) => favours)).toEqual(['analog', 'analog']);
    const even = judged([
      priced(4, 0.2, [['adc', 1]]),
      priced(9, 0.2, [['sram', 1]], 'ensemble'),
      priced(5, 0.4, [['rram', 100]]),
    ]).verdict;
    expect(even.word).toBe('undecided');
    expect(even.probability).toBeGreaterThan(0.4);
    expect(even.probability).toBeLessThan(0.6);
  });

  test('is certain from nine draws of ten on', () => {
    // Prices 2.6 apart: Φ(ln 2.6/(√2 ln 2)) = 0.835 of the draws.
    const pair = (own: number, other: number) =>
      judged([
        priced(4, 0.2, [['adc', own]]),
        priced(9, 0.2, [['sram', other]], 'ensemble'),
        priced(5, 0.4, [['rram', 100]]),
      ]).verdict;
    for (const { word, probability } of [pair(1, 2.6), pair(2.6, 1)]) {
      expect(word).toBe('undecided');
      expect(Math.abs(Math.abs(probability! - 0.5) - 0.335)).toBeLessThan(0.02);
    }
    expect(pair(1, 4)).toMatchObject({ word: 'analog' });
    expect(pair(4, 1)).toMatchObject({ word: 'digital' });
  });

  test('says so where one side has nothing to compare', () => {
    expect(judged([priced(4, 0.2, [['adc', 1]])]).verdict).toMatchObject({
      word: 'undecided',
      sentence: 'No digital baseline was searched.',
    });
    const limited = goals([{ metric: 'nll', over: 'worst', atMost: 0.25 }]);
    const verdictOfPair = (own: number, other: number) => {
      const trials = [priced(4, own, [['adc', 1]]), priced(9, other, [['sram', 1]], 'ensemble')];
      return verdictOf(limited, trials, confirmedDesigns(keyOf(1), limited, trials, nothing));
    };
    expect(verdictOfPair(0.2, 0.3)).toMatchObject({ word: 'analog', baseline: null });
    expect(verdictOfPair(0.3, 0.2)).toMatchObject({ word: 'digital', baseline: { name: 'ensemble', trial: 9 } });
    expect(verdictOfPair(0.3, 0.3)).toMatchObject({ word: 'undecided', baseline: null });
  });

  test('names the constant that turns it round, with the factor at which it does', () => {
    // Equal losses: sides are even where 3 + f = 8, at f = 5 of the converter; where 8 f = 4, at ½ of the memory, one deviation away.
    const trials = [
      priced(4, 0.2, [
        ['wire', 3],
        ['adc', 1],
      ]),
      priced(9, 0.2, [['sram', 8]], 'ensemble'),
      priced(8, 0.3, [['rram', 90]], 'dropout'),
    ];
    const { confirmed, verdict } = judged(trials);
    expect(verdict.flip).toMatchObject({ name: 'sram', of: 'energy' });
    expect(verdict.flip!.factor).toBeCloseTo(0.5, 6);
    expect(verdict.flip!.deviations).toBeCloseTo(1, 5);
    const fixed = trials.map((trial): ConfirmedTrial => {
      const fresh = trial.fresh.map(evidence => ({
        ...evidence,
        bill: {
          ...evidence.bill!,
          items: evidence.bill!.items.map(item =>
            item.name === 'sram' ? { ...item, spread: { energy: 1, area: 1 } } : item,
          ),
        },
      }));
      return { ...trial, fresh };
    });
    const flip = flipOf(goals(), fixed, confirmed.contestants)!;
    // The wire: 3 f + 1 = 8 at 7/3.
    expect(flip).toMatchObject({ name: 'wire' });
    expect(flip.factor).toBeCloseTo(7 / 3, 6);
    // Nothing turns round what is better in everything by more than a factor of 100.
    const far = [priced(4, 0.1, [['adc', 1]]), priced(9, 0.3, [['sram', 1e5]], 'ensemble')];
    expect(judged(far).verdict.flip).toBeNull();
  });
});

describe('constants of devices', () => {
  test('move all chips by what they move the same chips by, in the draws that have them', () => {
    const evidence = trialOf(
      0,
      [
        [0.2, 0.3, 0.4],
        [0.2, 0.3, 0.4],
      ],
      1e-9,
    );
    // Chips 0 and 1 with other constants: 0.1 and 0.3 more than 0.25, their mean by the model.
    const devices = [0.35, 0.55].map(mean => ({ ...evidence.own, values: { nll: [mean - 0.01, mean + 0.01] } }));
    const still = drawnValues(keyOf(1), goals(), [evidence]).map(([value]) => value![0]!);
    const moved = drawnValues(keyOf(1), goals(), [{ ...evidence, devices }]).map(([value]) => value![0]!);
    const shifts = moved.map((value, i) => value - still[i]!);
    const near = (wanted: number) => shifts.filter(shift => Math.abs(shift - wanted) < 1e-9).length;
    expect(near(0.1) + near(0.3)).toBe(draws);
    expect(Math.abs(near(0.1) / draws - 0.5)).toBeLessThan(0.06);
  });

  test('are log-normal of median 1, each its own for each device, at least 16 times', () => {
    const given = check(studySchema, fieldsOf()).confirm.devices;
    expect(given).toBeGreaterThanOrEqual(16);
    const factors = deviceFactors(keyOf(1), 'pcm-ibm', 200);
    for (const of of ['spread', 'drift', 'read'] as const) {
      const logs = factors.map(factor => Math.log(factor[of]));
      expect(logs.reduce((sum, log) => sum + log, 0) / 200).toBeCloseTo(0, 10);
      expect(Math.sqrt(logs.reduce((sum, log) => sum + log ** 2, 0) / 200) / Math.log(1.25)).toBeCloseTo(1, 1);
    }
    const logsOf = (of: 'spread' | 'drift') => factors.map(factor => Math.log(factor[of]));
    const [a, b] = [logsOf('spread'), logsOf('drift')];
    expect(Math.abs(a.reduce((sum, log, i) => sum + log * b[i]!, 0) / 200 / Math.log(1.25) ** 2)).toBeLessThan(0.3);
    expect(deviceFactors(keyOf(1), 'oxram-hfo2', 200)[0]).not.toEqual(factors[0]);
    expect(deviceFactors(keyOf(1), 'pcm-ibm', 200)).toEqual(factors);
  });

  test('mean programming the front anew, by the training that there is', async () => {
    const variables = {
      posterior: { categorical: { plain: { epochs: 3 } } },
      'hardware.outputBits': { integer: [3, 8] },
    };
    const designs = await designsOf({ variables, constraints: [] });
    const point = { posterior: 'plain', 'hardware.outputBits': 5 };
    const confirmation = { designs: [{ trial: 7, point }], chips: 4, trainings: 2, devices: 2 };
    const pieces = piecesOf(confirmation);
    expect(pieces.slice(3)).toEqual([1, 2].map(device => ({ design: 0, training: 1, device })));
    const problem = confirmProblem(designs, confirmation);
    const found: DesignEvidence[] = [];
    for (const [number, piece] of pieces.entries()) {
      const request = { number, trial: number, point: { ...piece }, rung: 0, key: keyOf(0) };
      found.push((await problem.evaluate(request, jobOf())) as DesignEvidence);
    }
    const [nominal, ...others] = [found[1]!, found[3]!, found[4]!];
    expect(new Set(found.map(({ trained }) => trained)).size).toBe(1);
    expect(found.map(({ chips }) => chips.length)).toEqual([4, 4, 4, 3, 3]);
    for (const { values, prices } of others) {
      expect(values.nll).not.toEqual(nominal.values.nll!.slice(0, 3));
      expect(prices).toBeUndefined();
    }
  });
});

test('other read noise changes what is read and not what is programmed', async () => {
  const fields = fieldsOf({ variables: { 'sampling.samples': { integer: [2, 8] } }, constraints: [] });
  const experiment = {
    ...(fields.experiment as Fields),
    hardware: { device: 'pcm-ibm', array: { rows: 16, columns: 32 } },
    sampling: { entropy: 'read', samples: 4 },
  };
  const designs = await designsOf({ ...fields, experiment });
  const { design, prepared } = await designs.at({ 'sampling.samples': 4 });
  const evidenceWith = (actual?: { spread: number; drift: number; read: number }) =>
    evaluateDesign(
      prepared,
      { ...design, ...(actual && { actual }) },
      { metrics: ['nll'], chips: [0] },
      { key: keyOf(1), job: jobOf() },
    );
  const nominal = await evidenceWith();
  expect(nominal.made).toContain('training');
  const same = await evidenceWith({ spread: 1, drift: 1, read: 1 });
  expect(same.rows[0]!.values.nll).toBe(nominal.rows[0]!.values.nll);
  const noisy = await evidenceWith({ spread: 1, drift: 1, read: 4 });
  expect(noisy.rows[0]!.values.nll).not.toBe(nominal.rows[0]!.values.nll);
  expect(noisy.made).not.toContain('training');
  expect(noisy.made).not.toContain('plan');
});

test('a device whose constants are otherwise has other spreads, drift and read noise', () => {
  const device = deviceOf({ preset: 'pcm-ibm', spread: 1 });
  const other = deviceOf({ preset: 'pcm-ibm', spread: 2, factors: { spread: 1.5, drift: 1.2, read: 0.7 } });
  expect(other.programming.std(10e-6) / device.programming.std(10e-6)).toBeCloseTo(3, 12);
  expect(other.drift!.exponentMean(10e-6) / device.drift!.exponentMean(10e-6)).toBeCloseTo(1.2, 12);
  expect(other.drift!.exponentStd(10e-6) / device.drift!.exponentStd(10e-6)).toBeCloseTo(1.2, 12);
  const read = (of: typeof device) =>
    'relative' in of.read!.std ? of.read!.std.relative(10e-6, 100) : of.read!.std.absolute(10e-6, 100);
  expect(read(other) / read(device)).toBeCloseTo(0.7, 12);
});

test('twins of a study and a baseline are undecided, and yields are compared by shares of chips', () => {
  const yields = goalsOf(
    check(studySchema, fieldsOf({ objectives: [{ metric: 'nll', over: 'yield', passes: 0.4 }], constraints: [] })),
    'classification',
  );
  const twins = [priced(4, 0.2, [['adc', 1]]), priced(9, 0.2, [['adc', 1]], 'ensemble')];
  const confirmed = confirmedDesigns(keyOf(1), yields, twins, nothing);
  expect(confirmed.designs[0]!.beatsBaseline).toBe(0.5);
  const verdict = verdictOf(yields, twins, confirmed);
  expect(verdict).toMatchObject({ word: 'undecided', quality: { verdict: 'as good' } });
  expect(verdict.sentence).toMatch(/ nll, yield of at most 0\.4 nat the same \[0, 0\]\.$/);
  expect(Object.values(verdict.quality!.losses).map(({ margin }) => margin)).toEqual([0.01]);
  expect(marginOf({ metric: 'accuracy', over: { kind: 'mean' }, chip: 'higher' }, 0.9)).toBe(0.005);
  expect(marginOf({ metric: 'rmse', over: { kind: 'mean' }, chip: 'lower' }, 3)).toBeCloseTo(0.03, 12);
});
