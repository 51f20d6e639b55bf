import { expect, test } from 'vitest';
import { energyFraction } from '../../src/bayes/diagnostics/convergence.ts';
import { bulkEss, posteriorDiagnostics, rhat, tailEss } from '../../src/bayes/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

/** Four autoregressive chains of 200 draws from a fixed sequence, chain c shifted by c·shift. */
function chains(phi: number, shift: number): Float64Array {
  const out = new Float64Array(800);
  for (let c = 0; c < 4; c++) {
    let x = 0;
    for (let t = 0; t < 200; t++) {
      const noise = Math.sin((c * 200 + t + 1) * 12.9898) * 43758.5453;
      x = phi * x + (noise - Math.trunc(noise));
      out[c * 200 + t] = x + shift * c;
    }
  }
  return out;
}

// ArviZ 0.23.4 on the same chains: az.rhat(d), az.ess(d, method='bulk'), az.ess(d, method='tail').
test.each([
  [0, 0, 0.9992094908477075, 309.2757922663584, 628.7634434732292],
  [0.9, 0, 1.0335630057412517, 148.68844229581404, 227.19818485898043],
  [0.5, 0.5, 1.2187855227945708, 139.2611385206001, 235.23812919465016],
  [-0.6, 0, 1.0010448626882995, 600.5842806951904, 772.1676649356792],
])('R-hat and effective sizes, autoregression %f, shift %f', (phi, shift, r, bulk, tail) => {
  const draws = chains(phi, shift);
  expect(rhat(draws, 4)).toBeCloseTo(r, 8);
  expect(bulkEss(draws, 4) / bulk).toBeCloseTo(1, 6);
  expect(tailEss(draws, 4) / tail).toBeCloseTo(1, 6);
});

test('constant chains have no R-hat, chains that stand still an infinite one, chains apart a large one', () => {
  expect(rhat(Float64Array.of(1, 1, 1, 1, 5, 5, 5, 5), 2)).toBe(Number.POSITIVE_INFINITY);
  // The distance from the median never changes; only the ranks of the values themselves tell.
  expect(rhat(Float64Array.of(1, 5, 1, 5, 5, 1, 5, 1), 2)).toBeLessThan(1.1);
  expect(rhat(new Float64Array(40).fill(2), 4)).toBeNaN();
  expect(rhat(chains(0, 10), 4)).toBeGreaterThan(2);
});

test('energy fraction of independent energies is near two, of a slow walk near zero', () => {
  const independent = fillNormal(keyOf(1), new Float64Array(800));
  expect(energyFraction(independent)).toBeGreaterThan(1.7);
  const walk = new Float64Array(800);
  for (let i = 1; i < 800; i++) walk[i] = walk[i - 1]! + independent[i]!;
  expect(energyFraction(walk)).toBeLessThan(0.1);
});

test('diagnostics of a posterior are the worst of its weights and chains', () => {
  const [slow, fast] = [chains(0.9, 0), chains(0, 0)];
  const constant = 2;
  const samples = Float32Array.from({ length: 2400 }, (_, i) =>
    i % 3 === 2 ? constant : (i % 3 ? fast : slow)[Math.floor(i / 3)]!,
  );
  const posterior = {
    kind: 'samples',
    method: 'nuts',
    parameters: [],
    size: 3,
    count: 800,
    chains: 4,
    best: 0,
  } as const;
  const info = { divergences: 2, energyFraction: [0.9, 0.4, 1.1, 0.8] };
  const found = posteriorDiagnostics({ ...posterior, samples, info })!;
  // The slow weight of the table above; the constant one is left out.
  expect(found.weights.quantities).toBe(2);
  expect(found.weights.rhatMax).toBeCloseTo(1.0335630057412517, 5);
  expect(found.weights.bulkEssMin / 148.68844229581404).toBeCloseTo(1, 4);
  expect(found.weights.tailEssMin / 227.19818485898043).toBeCloseTo(1, 4);
  expect(found).toMatchObject({ divergences: 2, energyFractionMin: 0.4, predictions: null });
});
