import { describe, expect, test } from 'vitest';
import {
  approximateEffectiveMatrix,
  type CrossbarNetwork,
  effectiveMatrix,
  readRepeatedly,
  segmentResistance,
  solveCrossbar,
} from '../../src/crossbar/index.ts';
import { readCellByCell } from '../../src/crossbar/reads.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';
import { nodalCurrents } from '../crossbar/support/nodal.ts';

const uniform = (n: number, conductance: number, resistance: number): CrossbarNetwork => ({
  rows: n,
  columns: n,
  conductance: new Float64Array(n * n).fill(conductance),
  rowResistance: resistance,
  columnResistance: resistance,
});

describe('wires', () => {
  test('agree with a dense nodal solve of 30×30 cells to 1e-10', () => {
    const n = 30;
    const conductance = fillUniform(keyOf(1), new Float64Array(n * n)).map(u => 1e-6 + 1e-4 * u);
    const network = { ...uniform(n, 0, 2), conductance, sourceResistance: 100, senseResistance: 50 };
    const m = effectiveMatrix(network);
    let worst = 0;
    for (let i = 0; i < n; i += 7) {
      const drivers = Array.from({ length: n }, (_, k) => (k === i ? 1 : 0));
      const wanted = nodalCurrents(network, drivers, new Array(n).fill(0));
      for (let j = 0; j < n; j++) worst = Math.max(worst, Math.abs(m[i * n + j]! / wanted[n + j]! - 1));
    }
    console.log(`30×30 against dense nodal analysis: largest relative difference ${worst.toExponential(1)}`);
    expect(worst).toBeLessThan(1e-10);
  });

  test('obey Kirchhoff to 1e-9 in a large array under heavy drop', () => {
    const n = 256;
    const conductance = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => 1e-5 * (1 + ((i * 31 + j * 17) % 10))),
    );
    const voltages = [Array.from({ length: n }, (_, i) => 0.2 * Math.sin(i))];
    for (const segment of [1e-3, 1, 1000]) {
      const request = { conductance, voltages, rowResistance: segment, columnResistance: segment };
      const { residual, seconds } = solveCrossbar(request);
      console.log(`256×256 at ${segment} Ω: residual ${residual.toExponential(1)}, ${seconds.toFixed(2)} s`);
      expect(residual).toBeLessThan(1e-9);
    }
  });

  test('closed form: error by size and drop', () => {
    const patterns = {
      'all 10 µS': () => 1e-5,
      '0.1 to 20 µS at random': (u: number) => 1e-7 + 2e-5 * u,
      'one in ten at 50 µS, the others 0.5 µS': (u: number) => (u < 0.1 ? 5e-5 : 5e-7),
    };
    for (const [name, conductanceOf] of Object.entries(patterns)) {
      for (const node of [65, 22, 7]) {
        const errors = [32, 64, 128, 256].map(n => {
          const conductance = fillUniform(keyOf(7), new Float64Array(n * n)).map(u => conductanceOf(u));
          const largest = conductance.reduce((a, b) => Math.max(a, b));
          const network = { ...uniform(n, 0, segmentResistance[node]!), conductance };
          const exact = effectiveMatrix(network);
          const near = approximateEffectiveMatrix(network);
          let error = 0;
          let drop = 0;
          for (let i = 0; i < exact.length; i++) {
            error = Math.max(error, Math.abs(near[i]! - exact[i]!) / largest);
            drop = Math.max(drop, (conductance[i]! - exact[i]!) / largest);
          }
          // The bound that the documentation states.
          expect(error).toBeLessThanOrEqual(0.3 * drop ** 2);
          return `${n}: ${(100 * error).toPrecision(2)} (${(100 * drop).toPrecision(3)})`;
        });
        console.log(
          `${name}, ${node} nm: closed-form error (largest drop), % of the largest cell: ${errors.join('; ')}`,
        );
      }
    }
  });
});

describe('read noise', () => {
  test('100,000 reads at the output have the variance of theory and of cells drawn one by one', () => {
    const [rows, outputs, reads] = [64, 4, 100_000];
    const x = fillUniform(keyOf(2), new Float64Array(rows));
    const w = fillNormal(keyOf(3), new Float64Array(rows * outputs));
    const variance = fillUniform(keyOf(4), new Float64Array(rows * outputs));
    const out = new Float64Array(reads * outputs);
    const spread = (j: number) => {
      let mean = 0;
      for (let i = 0; i < reads; i++) mean += out[i * outputs + j]! / reads;
      let sum = 0;
      for (let i = 0; i < reads; i++) sum += (out[i * outputs + j]! - mean) ** 2 / (reads - 1);
      return sum;
    };
    readRepeatedly(keyOf(5), out, x, w, variance, { reads, count: 1, rows, outputs });
    const atOutput = Array.from({ length: outputs }, (_, j) => spread(j));
    const repeated = Float64Array.from({ length: reads * rows }, (_, i) => x[i % rows]!);
    readCellByCell(keyOf(6), out, repeated, w, variance, { count: reads, rows, outputs, shape: 'normal' });
    for (let j = 0; j < outputs; j++) {
      let wanted = 0;
      for (let r = 0; r < rows; r++) wanted += x[r]! ** 2 * variance[r * outputs + j]!;
      console.log(
        `column ${j}: at the output ${(atOutput[j]! / wanted).toFixed(4)}, by cells ${(spread(j) / wanted).toFixed(4)}`,
      );
      expect(Math.abs(atOutput[j]! / wanted - 1)).toBeLessThan(0.015);
      expect(Math.abs(spread(j) / wanted - 1)).toBeLessThan(0.015);
    }
  });
});
