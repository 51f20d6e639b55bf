import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { baselineProblem } from '../../src/explore/baselines/baseline-problem.ts';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import type { DesignEvidence } from '../../src/explore/designs/evidence.ts';
import type { Problem } from '../../src/explore/index.ts';
import { evaluateDesign } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import type { Point } from '../../src/search/index.ts';
import { designsOf, studyOf } from './moons.ts';

/** Networks that fit few rows far too well, so that they are too sure. */
const experiment = {
  seed: 5,
  data: { source: 'two-moons', train: 400, validation: 200, test: 20, noise: 0.4, search: 0.95 },
  network: { layers: ['dense 12 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 400, rate: 0.1, prior: { std: 30 } },
  hardware: { device: 'pcm-ibm', array: { rows: 16, columns: 32 } },
  sampling: { samples: 2 },
};
const variables = { 'hardware.outputBits': { integer: [7, 8] } };
const told = { experiment, variables, search: undefined, objectives: ['nll'], constraints: [] };
const kinds = { 'evaluate.calibration': { categorical: ['none', 'temperature', 'vector'] } };
const rung = { number: 0, trial: 0, rung: 0, key: keyOf(0) };

const nllOf = async (problem: Problem, point: Point) => {
  const { values, trained } = (await problem.evaluate({ ...rung, point }, jobOf())) as DesignEvidence;
  return { nll: values.nll!.reduce<number>((sum, value) => sum + value! / values.nll!.length, 0), trained };
};

const calibrationOf = async (evaluate: object) =>
  (await studyOf({ ...told, experiment: { ...experiment, ...evaluate } })).experiment.evaluate.calibration;

test('a study corrects by a temperature unless its experiment says how, or that it does not', async () => {
  expect(await calibrationOf({})).toBe('temperature');
  expect(await calibrationOf({ evaluate: { chips: 4 } })).toBe('temperature');
  expect(await calibrationOf({ evaluate: { calibration: 'vector' } })).toBe('vector');
  expect(await calibrationOf({ evaluate: { calibration: 'none' } })).toBe('none');
});

describe('designs that are too sure', async () => {
  const designs = await designsOf({ ...told, variables: { ...variables, ...kinds } });
  const problem = designProblem(designs);
  const pointOf = (kind: string): Point => ({ 'hardware.outputBits': 8, 'evaluate.calibration': kind });

  test('are judged as they are after the correction, without another training', async () => {
    const [none, temperature, vector] = await Promise.all(
      ['none', 'temperature', 'vector'].map(kind => nllOf(problem, pointOf(kind))),
    );
    expect(temperature!.nll).toBeLessThan(none!.nll - 0.03);
    expect(vector!.nll).not.toBe(temperature!.nll);
    expect(new Set([none, temperature, vector].map(found => found!.trained)).size).toBe(1);
    const { design, prepared } = await designs.at(pointOf('temperature'));
    const { chips, rows } = designs.rungs[0]!;
    const how = { key: keyOf(5), job: jobOf() };
    const again = await evaluateDesign(
      prepared,
      design,
      { metrics: ['nll'], chips, rows, correction: 'temperature' },
      how,
    );
    expect(again.rows.reduce((sum, { values }) => sum + values.nll! / chips.length, 0)).toBeCloseTo(
      temperature!.nll,
      12,
    );
    expect(problem.describe(pointOf('vector'))).toMatchObject({ evaluate: { calibration: 'vector' } });
  });

  test('are compared with baselines that are corrected alike', async () => {
    for (const name of ['deterministic', 'ensemble'] as const) {
      const baseline = baselineProblem(designs, name);
      expect(baseline.space.variables.map(variable => variable.name)).toContain('evaluate.calibration');
      const at = (kind: string) =>
        nllOf(baseline, { 'evaluate.calibration': kind, samples: 2, weightBits: 8, memory: 'sram' });
      const [none, temperature] = await Promise.all([at('none'), at('temperature')]);
      expect(temperature.nll).toBeLessThan(none.nll - 0.05);
      const fixed = baselineProblem(await designsOf(told), name);
      const usual = await nllOf(fixed, { samples: 2, weightBits: 8, memory: 'sram' });
      expect(usual.nll).toBe(temperature.nll);
    }
  });
});

test('of what is measured, designs differ in their correction alone', async () => {
  await expect(studyOf({ ...told, variables: { 'evaluate.chips': { integer: [2, 8] } } })).rejects.toThrow(
    "'evaluate' is no part of a design",
  );
});
