import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { resolveExperiment } from '../../src/experiment/index.ts';
import { chosenOf } from '../../src/explore/confirm/chosen.ts';
import { confirmProblem, piecesOf } from '../../src/explore/confirm/confirm-problem.ts';
import { type ConfirmedTrial, confirmedDesigns } from '../../src/explore/confirm/confirmed.ts';
import type { DesignEvidence } from '../../src/explore/designs/evidence.ts';
import { exportedExperiment } from '../../src/explore/designs/exported.ts';
import type { Found, TrialFound } from '../../src/explore/found.ts';
import { evaluate, memoryStore, prepareExperiment, subjectOf } from '../../src/pipeline/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { goals, trialOf } from './confirmed.ts';
import { designsOf } from './moons.ts';

describe('a confirmed design', () => {
  test('has the mean of fresh trainings with the interval that they and the rows leave, and what the search promised more', () => {
    const trial = trialOf(
      4,
      [
        [0.1, 0.3],
        [0.3, 0.5],
        [0.6, 0.6],
      ],
      1e-9,
      { rowVariance: { nll: 0.0016 } },
    );
    const { designs } = confirmedDesigns(keyOf(1), goals(), [trial], () => ({ value: 0.25, error: 0.03 }));
    const [found] = designs;
    const { nll, energyPerDecision } = found!.objectives as Required<typeof found.objectives>;
    expect(nll!.mean).toBeCloseTo(0.4, 12);
    expect(nll!.own).toBeCloseTo(0.2, 12);
    // Means of trainings are 0.2, 0.4, 0.6: s²/3 = 0.04/3; rows add 0.0016, known from 3 of 4 blocks.
    const [trainings, rows] = [0.04 / 3, 0.0016];
    const half = (nll!.high - nll!.low) / 2;
    // (a + b)²/(a²/2 + b²/3) = 2.484945 degrees of freedom, whose t₀.₉₇₅, by Simpson's rule on the density in Python, is 3.590198.
    expect(half / Math.sqrt(trainings + rows)).toBeCloseTo(3.590198, 5);
    expect(nll!.optimism.mean).toBeCloseTo(0.15, 12);
    const both = (nll!.optimism.high - nll!.optimism.low) / 2;
    expect(both / half).toBeCloseTo(Math.sqrt(trainings + rows + 0.0009) / Math.sqrt(trainings + rows), 10);
    expect(energyPerDecision).toMatchObject({ mean: 1e-9, low: 1e-9, high: 1e-9 });
    expect(found!.onFront).toBe(1);
  });

  test('keeps its constraints or not, on all chips together', () => {
    const trial = trialOf(
      0,
      [
        [0.1, 0.3],
        [0.3, 0.5],
      ],
      1e-9,
    );
    const kept = (most: number) =>
      confirmedDesigns(keyOf(1), goals([{ metric: 'nll', over: 'worst', atMost: most }]), [trial], () => ({
        value: 0,
        error: 0,
      })).designs[0]!;
    expect(kept(0.5).kept).toBe(true);
    expect(kept(0.45).kept).toBe(false);
    expect(kept(0.05)).toMatchObject({ kept: false, onFront: 0 });
  });
});

const onFront = (trials: readonly ConfirmedTrial[]) =>
  confirmedDesigns(keyOf(1), goals(), trials, () => ({ value: 0, error: 0 })).designs.map(design => design.onFront);

describe('the probability to be on the front', () => {
  const normal = (label: string, size: number) => Array.from(fillNormal(fold(keyOf(2), label), new Float64Array(size)));

  test('is 1 for the best and for what costs less, 0 for what is beaten beyond doubt', () => {
    const values = (mean: number) => [0, 1, 2].map(k => normal(`${k}`, 8).map(z => mean + 0.01 * z));
    const chances = onFront([
      trialOf(0, values(0.2), 3e-9),
      trialOf(1, values(0.5), 1e-9),
      trialOf(2, values(0.6), 2e-9),
    ]);
    expect(chances).toEqual([1, 1, 0]);
  });

  test('is an even chance for twins, whose shared chips and rows cancel what they share', () => {
    const twins = ['a', 'b'].map((name, i) =>
      trialOf(
        i,
        [0, 1, 2].map(k => normal(`${name}${k}`, 40).map(z => 0.5 + 0.1 * z)),
        1e-9,
      ),
    );
    const [first, second] = onFront(twins);
    expect(first! + second!).toBeCloseTo(1, 10);
    expect(first!).toBeGreaterThan(0.1);
    expect(first!).toBeLessThan(0.9);
    // A difference that is small beside what chips and rows do, and the same on all of them.
    const blocks = { rowBlocks: { nll: [0.3, -0.3, 0.1, -0.1] } };
    const shared = [0, 1, 2].map(k => normal(`s${k}`, 12).map(z => 0.5 + 0.1 * z));
    const shifted = shared.map(chips => chips.map(value => value + 0.001));
    const pair = [trialOf(0, shared, 1e-9, blocks), trialOf(1, shifted, 1e-9, { ...blocks, trained: 'training of 0' })];
    expect(onFront(pair)).toEqual([1, 0]);
  });
});

test('of a large front those designs are judged again that add most to it, its ends among them', () => {
  const front = [
    [0, 10],
    [1, 9.9],
    [2, 3],
    [2.5, 2],
    [9, 0],
  ].map(([nll, energy], number) => ({ number, values: { nll, energy } }) as unknown as TrialFound);
  const found = { front, reference: { nll: 10, energy: 10 } } as unknown as Found;
  const objectives = ['nll', 'energy'].map(name => ({ name, unit: '1', better: 'lower' as const }));
  const chosen = (most: number) => chosenOf(found, objectives, most).map(({ number }) => number);
  expect(chosen(9)).toEqual([0, 1, 2, 3, 4]);
  expect(chosen(3)).toEqual([0, 3, 4]);
});

test('a study that is searched on with a larger budget confirms no design twice', async () => {
  const confirmation = { designs: [{ trial: 7, point: {} }], trainings: 2, devices: 0 };
  const identity = async (fields: Parameters<typeof designsOf>[0], chips = 3) =>
    confirmProblem(await designsOf(fields), { ...confirmation, chips }).identity;
  const first = await identity({ budget: { trials: 10 } });
  expect(await identity({ budget: { trials: 20 } })).toBe(first);
  expect(await identity({ seed: 5 })).not.toBe(first);
  expect(await identity({}, 4)).not.toBe(first);
});

test("a confirmation's first training is what a run of the exported design gives, fresh ones are others", async () => {
  const fixed = { posterior: { categorical: { plain: { epochs: 3 } } }, 'hardware.outputBits': { integer: [3, 8] } };
  const designs = await designsOf({ variables: fixed, confirm: { chips: 3 } });
  const point = { posterior: 'plain', 'hardware.outputBits': 5 };
  const confirmation = { designs: [{ trial: 7, point }], chips: 3, trainings: 2, devices: 0 };
  const problem = confirmProblem(designs, confirmation);
  const pieces = piecesOf(confirmation);
  expect(pieces).toEqual([0, 1, 2].map(training => ({ design: 0, training, device: 0 })));
  const found: DesignEvidence[] = [];
  for (const [number, piece] of pieces.entries()) {
    const request = { number, trial: number, point: { ...piece }, rung: 0, key: keyOf(0) };
    found.push((await problem.evaluate(request, jobOf())) as DesignEvidence);
  }
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-'));
  writeFileSync(join(folder, 'study.jsonl'), '');
  const source = { study: designs.study, dataFolder: '.', store: { folder } };
  const exported = await exportedExperiment(designs, source, folder, { trial: 7, point }, join(folder, 'designs'));
  expect(exported).toMatchObject({
    name: 'study-trial-7',
    study: '..',
    data: { search: 0.25 },
    evaluate: { chips: 3, times: [6, 86400] },
  });
  const again = resolveExperiment(JSON.parse(JSON.stringify(exported)), 'trial-7.yaml');
  const prepared = await prepareExperiment(again, { store: memoryStore(1 << 27) });
  const { evaluation } = await evaluate({ subject: subjectOf(again, prepared, jobOf()) }, jobOf());
  const { hardware } = evaluation.calibration!;
  expect(hardware.chips.map(({ after }) => after.nll)).toEqual(found[0]!.values.nll);
  expect(evaluation.hardware.chips.map(({ nll }) => nll)).not.toEqual(found[0]!.values.nll);
  const late = hardware.byTime.find(({ time }) => time === 86400)!.after.accuracy!.mean;
  const accuracies = found[0]!.values['accuracy @ 86400 s'] as number[];
  expect(late).toBeCloseTo(accuracies.reduce((a, b) => a + b, 0) / 3, 12);
  expect(new Set(found.map(({ values }) => JSON.stringify(values))).size).toBe(3);
  expect(new Set(found.map(({ trained }) => trained)).size).toBe(1);
});
