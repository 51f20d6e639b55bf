import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import {
  buildModel,
  drawWeights,
  type Posterior,
  posteriorDiagnostics,
  posteriorSchema,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import { devices, weightCurve } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { moonsData } from '../bayes/moons.ts';

const device = devices['oxram-hfo2']!;
const hardware = {
  device: device.name,
  time: 6,
  sharing: 'layer' as const,
  curve: (at = 6) => weightCurve(device, { limit: 1, time: at }),
};

test.each([1, 2, 3])(
  'two moons %i: NUTS mixes in its predictions, the device-tied posterior is at most a twentieth behind it',
  async seed => {
    const data = moonsData(seed, 256, 2000);
    const nuts = posteriorSchema.parse({ method: 'nuts', chains: 4, warmup: 400, draws: 400 });
    const model = buildModel(['dense 16 tanh', 'dense 2'], nuts, data);
    const { posterior: exact } = await trainPosterior(keyOf(seed), model, nuts);
    const { posterior: tied } = await trainPosterior(
      keyOf(seed),
      model,
      posteriorSchema.parse({ method: 'device-tied' }),
      {
        hardware,
      },
    );
    const nll = (posterior: Posterior) =>
      atOnce(lossInPieces(model, drawWeights(keyOf(9), posterior, 200), 200, data.test, posterior.noiseStd));
    if (exact.kind !== 'samples') throw new Error('expected draws');
    const rows = 16;
    const outputs = new Float32Array(exact.count * rows * 2);
    model.network.predict(outputs, exact.samples, exact.count, data.test.inputs.subarray(0, 2 * rows), rows);
    const values = Float64Array.from(
      { length: exact.count * rows },
      (_, i) => 1 / (1 + Math.exp(outputs[2 * i + 1]! - outputs[2 * i]!)),
    );
    const diagnostics = posteriorDiagnostics(exact, { values, quantities: rows })!;
    expect(diagnostics.predictions!.rhatMax).toBeLessThan(1.02);
    expect(diagnostics.divergences).toBeLessThan(16);
    expect(nll(tied)).toBeLessThan(1.05 * nll(exact));
  },
  600_000,
);
