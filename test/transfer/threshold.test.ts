import { expect, test } from 'vitest';
import type { BernoulliPosterior } from '../../src/bayes/index.ts';
import type { Device } from '../../src/device/index.ts';
import { buildNetwork, evenRanges } from '../../src/network/index.ts';
import { keyOf, normalQuantile } from '../../src/random/index.ts';
import { planTransfer, transferMethods } from '../../src/transfer/index.ts';

const network = buildNetwork(['linear 3 bias=false'], [3]);
const { size } = network;
const readStd = 1e-6;

/** Reads of one spread, of cells that keep (t/1 s)^−.1 of their conductance. */
const drifting: Device = {
  name: 'drifting',
  title: 'Drifting',
  provenance: 'assumption',
  cite: [],
  range: { low: 20e-6, high: 100e-6 },
  rest: { mean: 2e-6, std: 0, shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 1,
  programming: { std: () => 0 },
  drift: { law: 'plain', startTime: 1, exponentMean: () => 0.1, exponentStd: () => 0 },
  read: { std: { absolute: () => readStd }, shape: 'normal', spectrum: 'white', duration: 1e-6 },
  stuck: { high: 0, low: 0 },
};

const posterior: BernoulliPosterior = {
  kind: 'bernoulli',
  method: 'test',
  parameters: network.parameters,
  size,
  info: {},
  probability: Float32Array.from({ length: size }, (_, i) => 0.1 + (0.8 * i) / (size - 1)),
  magnitude: new Float32Array(size).fill(0.5),
  mean: new Float32Array(size),
};

test('targets of a device that drifts are as far from the reference as reads of the shrunken currents ask', () => {
  const { threshold } = transferMethods;
  for (const time of [1, 1e4]) {
    const { target } = planTransfer(
      keyOf(1),
      threshold,
      { method: 'threshold' },
      {
        posterior,
        matrices: network.matrices,
        device: drifting,
        geometry: { rows: 16, columns: 16 },
        layout: 'tiles',
        copies: 1,
        ranges: evenRanges(network.matrices, 1),
        time,
        mappings: network.matrices.map(() => ({ mapping: 'offset' }) as const),
      },
    );
    // A cell and two noise cells, and what is left of a conductance at the time: P = Φ((G − G_ref) t^−.1/(√3 σ)).
    for (let i = 0; i < size; i++) {
      const distance = (target[i]! - 60e-6) * time ** -0.1;
      expect(distance / (Math.sqrt(3) * readStd)).toBeCloseTo(normalQuantile(posterior.probability[i]!), 4);
    }
  }
});
