import { expect, test } from 'vitest';
import { type Cells, conductanceAt, findDevice } from '../../src/device/index.ts';

const device = findDevice('pcm-ibm');

test('stuck cells stay as they are, wherever they stand and wherever their array begins, and all others drift', () => {
  for (const count of [1, 3, 4, 5, 8, 11]) {
    for (const before of [0, 1, 4, 7]) {
      for (let stuck = 0; stuck < count; stuck++) {
        const fault = new Int8Array(before + count + 4)
          .fill(1)
          .subarray(before, before + count)
          .fill(0);
        fault[stuck] = stuck % 2 ? 1 : -1;
        const programmed = new Float32Array(count).fill(10e-6);
        const cells: Cells = {
          ...{ target: programmed, programmed, fault, pulses: new Uint16Array(count).fill(1) },
          driftExponent: new Float32Array(count).fill(0.05),
        };
        const out = conductanceAt(device, cells, 86_400, new Float32Array(count));
        const drifted = 10e-6 * (86_420 / 20) ** -0.05;
        out.forEach((g, i) => void expect(g).toBeCloseTo(i === stuck ? programmed[i]! : drifted, 11));
      }
    }
  }
});
