import { expect, test } from 'vitest';
import { devices, suitability } from '../../src/device/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { evaluatedFor } from './support.ts';

const posteriors: Readonly<Record<string, Fields>> = {
  bernoulli: { method: 'bernoulli', epochs: 10 },
  'mean-field': { method: 'mean-field', epochs: 10 },
  'device-tied': { method: 'device-tied', epochs: 10 },
};

/** What is recommended for one device or more, by the first of them. */
const recommended = new Map<string, (typeof devices)[string]>();
for (const device of Object.values(devices)) {
  const { posterior, transfer, entropy, programming } = suitability(device);
  const what = [posterior, transfer, entropy, programming].join();
  if (!recommended.has(what)) recommended.set(what, device);
}

test.each([...recommended.values()])('what is recommended for $name, and others like it, runs', async device => {
  const { posterior, transfer, entropy, programming, reasons } = suitability(device);
  const { hardware } = (
    await evaluatedFor({
      data: { source: 'two-moons', train: 64, test: 32 },
      network: { layers: ['dense 4 relu', 'dense 2'] },
      posterior: posterior ? posteriors[posterior]! : { method: 'ensemble', members: 2, epochs: 10 },
      hardware: { device: device.name },
      transfer: {
        method: transfer,
        programming: programming === 'single-pulse' ? programming : { kind: programming },
      },
      sampling: { entropy, samples: 2 },
      evaluate: { chips: 1, grid: 3 },
    })
  ).evaluation;
  const { accuracy } = hardware.chips[0]!;
  expect(accuracy).toBeGreaterThan(0);
  expect(reasons.length).toBeGreaterThan(1);
});
