import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/bayes/index.ts';
import { decodeSafetensors } from '../../src/data/index.ts';
import { openSubject } from '../../src/run/index.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

async function trained(posterior: string) {
  const folder = folderWith({ 'e.yaml': smallExperiment({ posterior }) });
  const found = await posterohm('train', join(folder, 'e.yaml'), '--out', join(folder, 'run'), '--json', '--quiet');
  expect(found.err).toBe('');
  expect(found.status).toBe(0);
  return JSON.parse(found.out);
}

const chains = 'chains: 2, warmup: 60, draws: 40';
const cycles = 'epochs: 60, cycles: 2, drawsPerCycle: 8';
const short: Record<keyof typeof methods, string> = {
  map: 'epochs: 3',
  'mean-field': 'epochs: 3, temperature: 0.5',
  'hardware-aware': 'epochs: 3',
  'device-tied': 'epochs: 3',
  nuts: chains,
  hmc: chains,
  sgld: cycles,
  sghmc: cycles,
  ensemble: 'epochs: 2, members: 3',
  laplace: 'epochs: 3',
  dropout: 'epochs: 3, draws: 20',
  bernoulli: 'epochs: 3',
};

describe('train --json', () => {
  test.each(Object.keys(methods) as (keyof typeof methods)[])('of %s holds to its contract', async method => {
    const document = await trained(`{ method: ${method}, ${short[method]} }`);
    expect(document).toMatchObject({
      schema: 'posterohm/train/1',
      method,
      seconds: expect.any(Number),
      train: { rows: 64, accuracy: expect.any(Number), nll: expect.any(Number) },
      validation: { rows: 64, accuracy: expect.any(Number), nll: expect.any(Number), ece: expect.any(Number) },
      posterior: expect.stringMatching(/posterior\.safetensors$/),
    });
    expect('epochs' in document || 'draws' in document).toBe(true);
    readFileSync(document.posterior);
    const { diagnostics } = document;
    const inChains = ['nuts', 'hmc', 'sgld', 'sghmc'].includes(method);
    for (const name of ['rhatMax', 'essMin', 'tailEssMin']) {
      expect(diagnostics[name]).toEqual(inChains ? expect.any(Number) : null);
      expect(diagnostics.weights[name]).toEqual(inChains ? expect.any(Number) : null);
    }
    const followed = ['nuts', 'hmc'].includes(method);
    for (const name of ['divergences', 'energyFractionMin']) {
      expect(diagnostics[name]).toEqual(followed ? expect.any(Number) : null);
    }
    const moments = ['mean-field', 'hardware-aware', 'device-tied', 'laplace'].includes(method);
    expect(diagnostics.paretoShape).toEqual(moments ? expect.any(Number) : null);
    expect(diagnostics.temperature).toBe(method === 'mean-field' ? 0.5 : 1);
    const tempered = diagnostics.concerns.some((sentence: string) => sentence.includes('tempered'));
    expect(tempered).toBe(method === 'mean-field');
  });

  test('of training that diverges ends with status 1, the epoch, the last good checkpoint and a hint', async () => {
    const diverging = smallExperiment({ posterior: '{ method: map, epochs: 20, rate: 1e37 }' });
    const folder = folderWith({ 'e.yaml': diverging });
    const out = join(folder, 'run');
    const { status, err } = await posterohm('train', join(folder, 'e.yaml'), '--out', out, '--quiet');
    expect(status).toBe(1);
    expect(err).toMatch(
      /^posterohm: posterior \(map\): the loss is no longer finite in epoch \d+ of 20; the last good checkpoint is of step \d+ of 20, in .*checkpoint\.safetensors; lower posterior\.rate, now 1e\+37, or check the data for extreme values\.\n$/,
    );
    const { tensors } = decodeSafetensors(
      new Uint8Array(readFileSync(join(out, 'stages/training.checkpoint.safetensors'))),
      'place',
    );
    expect((tensors.weights!.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  test('warns of chains that have not met', async () => {
    const { diagnostics } = await trained(`{ method: nuts, chains: 4, warmup: 0, draws: 8 }`);
    expect(diagnostics.rhatMax).toBeGreaterThan(1.01);
    expect(diagnostics.concerns[0]).toMatch(/^R-hat of the predictions reaches [\d.]+ \(good: at most 1\.01\)/);
  });

  test('warns of chains that stand still and of chains too short to judge', async () => {
    const still = await trained(
      '{ method: hmc, chains: 2, warmup: 0, draws: 8, startStd: 1e-9, prior: { std: 1e-9 }, length: 1e-9 }',
    );
    expect(still.diagnostics.concerns).toEqual([
      'Some prediction is the same for all draws of a chain, so the chains have not moved; take a longer warm-up.',
    ]);
    const short = await trained('{ method: sgld, epochs: 8, cycles: 8 }');
    expect(short.diagnostics.concerns).toEqual([
      'Chains of fewer than 4 draws are too short to judge; take more draws.',
    ]);
  });
});

/** Mean and covariance of [slope, offset] under the prior N(0, I) and noise of variance ¼. */
function closedForm(x: ArrayLike<number>, y: ArrayLike<number>) {
  let [a, b, d, u, v] = [1, 0, 1, 0, 0];
  for (let i = 0; i < x.length; i++) {
    a += 4 * x[i]! * x[i]!;
    b += 4 * x[i]!;
    d += 4;
    u += 4 * x[i]! * y[i]!;
    v += 4 * y[i]!;
  }
  const determinant = a * d - b * b;
  const covariance = [d, -b, a].map(c => c / determinant) as [number, number, number];
  return { mean: [covariance[0] * u + covariance[1] * v, covariance[1] * u + covariance[2] * v], covariance };
}

describe('a linear-Gaussian model through the command line', () => {
  test('the closed form', () => {
    // numpy: S = inv(I + X.T @ X / .25), m = S @ X.T @ y / .25 with X = [[1,0],[1,1],[1,2]], y = [0,1,3], lists offset first:
    // m = [0, 1.33333333], S = [[.162790697674, −.093023255814], [−.093023255814, .100775193798]].
    const { mean, covariance } = closedForm([0, 1, 2], [0, 1, 3]);
    expect(mean[0]).toBeCloseTo(4 / 3, 12);
    expect(mean[1]).toBeCloseTo(0, 12);
    [0.100775193798, -0.093023255814, 0.162790697674].forEach((c, i) => {
      expect(covariance[i]).toBeCloseTo(c, 11);
    });
  });

  const table = `x,y\n${[0, 1, 2, 0.5, 1.5].map(x => `${x},${1.5 * x - 0.25 * x * x}`).join('\n')}\n`;
  const more = {
    data: '{ source: csv, path: t.csv, target: y, task: regression, standardise: none, train: 3, validation: 1, test: 1 }',
    network: '{ layers: [linear 1] }',
  };
  const own = 'noise: 0.5, prior: { std: 1 }';
  const draws = 'chains: 4, warmup: 300, draws: 2500';

  test.each([
    ['nuts', `{ method: nuts, ${draws}, ${own} }`],
    ['hmc', `{ method: hmc, ${draws}, ${own} }`],
    ['mean-field', `{ method: mean-field, ${own} }`],
    ['laplace', `{ method: laplace, ${own} }`],
  ])('has the moments of the closed form by %s', async (method, posterior) => {
    const folder = folderWith({ 'e.yaml': smallExperiment({ posterior, ...more }), 't.csv': table });
    const file = join(folder, 'e.yaml');
    const { out } = await posterohm('train', file, '--out', join(folder, 'run'), '--json', '--quiet');
    const document = JSON.parse(out);
    expect(document.validation).toMatchObject({ rows: 1, nll: expect.any(Number), rmse: expect.any(Number) });
    const { data: dataset } = await openSubject(file, { folder });
    expect(dataset.targetScale).toBeUndefined();
    const { mean, covariance } = closedForm(dataset.train.inputs, dataset.train.targets);
    const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(document.posterior)), 'posterior');
    const numbers = (name: string) => Float64Array.from(tensors[name]!.data as Float32Array);
    if (method === 'mean-field' || method === 'laplace') {
      // Of independent Gaussians the best have the means and, for variances, the inverse diagonal of the precision.
      const determinant = covariance[0] * covariance[2] - covariance[1] ** 2;
      const std = [determinant / covariance[2], determinant / covariance[0]].map(Math.sqrt);
      ['weight', 'bias'].forEach((part, i) => {
        expect(numbers(`mean/0.${part}`)[0]).toBeCloseTo(mean[i]!, 1.6);
        expect(numbers(`std/0.${part}`)[0]! / std[i]!).toBeCloseTo(1, 1.6);
      });
      return;
    }
    const [slope, offset] = [numbers('samples/0.weight'), numbers('samples/0.bias')];
    const least = document.diagnostics.weights.essMin as number;
    expect(document.diagnostics).toMatchObject({ divergences: 0 });
    const average = (f: (i: number) => number) => slope.reduce((total, _, i) => total + f(i) / slope.length, 0);
    const found = [average(i => slope[i]!), average(i => offset[i]!)];
    const moments = [
      average(i => (slope[i]! - found[0]!) ** 2),
      average(i => (slope[i]! - found[0]!) * (offset[i]! - found[1]!)),
      average(i => (offset[i]! - found[1]!) ** 2),
    ];
    const scale = [covariance[0], Math.sqrt(covariance[0] * covariance[2]), covariance[2]];
    [0, 1].forEach(i => {
      expect(Math.abs(found[i]! - mean[i]!)).toBeLessThan(4 * Math.sqrt(covariance[2 * i]! / least));
    });
    moments.forEach((value, i) => {
      expect(Math.abs(value - covariance[i]!)).toBeLessThan(4 * scale[i]! * Math.sqrt(2 / least));
    });
  });
});
