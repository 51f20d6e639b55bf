import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CrossbarShape, type Kernels, reference } from '../../src/kernels/index.ts';
import { onCompiled, sameBits } from './backends.ts';

const arrays = fc.record({
  rows: fc.integer({ min: 1, max: 14 }),
  columns: fc.integer({ min: 1, max: 14 }),
  bothDriven: fc.boolean(),
  bothSensed: fc.boolean(),
  scale: fc.constantFrom(1e-3, 1, 1e3),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const make = (seed: number, count: number) => {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
};

const shapeOf = ({
  rows,
  columns,
  bothDriven,
  bothSensed,
  scale,
}: Omit<CrossbarShape, 'wires'> & { scale: number }): CrossbarShape => ({
  rows,
  columns,
  wires: [scale, 2 * scale, 0.1, 0.2],
  bothDriven,
  bothSensed,
});

const suite = (kernels: Kernels) => () => {
  it('potentials obey the current law at every inner node and floating port', () => {
    fc.assert(
      fc.property(arrays, array => {
        const shape = shapeOf(array);
        const { rows, columns } = shape;
        const count = rows * columns;
        const cells = make(array.seed, count).map(g => 1e-2 * (g + 0.05));
        const floating = Int32Array.from(make(array.seed + 1, rows + columns), u => (u < 0.3 ? 1 : 0));
        floating[rows] = 0;
        const nodes = 2 * count + rows + columns;
        const v = make(array.seed + 2, 2 * nodes);
        const injected = make(array.seed + 3, 2 * nodes).map(u => 1e-3 * (u - 0.5));
        const q = injected.slice();
        kernels.crossbarPotentials(v, q, floating, cells, shape);
        for (const b of [0, 1]) {
          const excess = injected.slice(b * nodes, (b + 1) * nodes);
          const join = (p: number, q: number, g: number) => {
            const current = g * (v[b * nodes + p]! - v[b * nodes + q]!);
            excess[p]! -= current;
            excess[q]! += current;
          };
          const [row, column, source, sense] = shape.wires;
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              const a = i * columns + j;
              join(a, count + a, cells[a]!);
              join(a, j === 0 ? 2 * count + i : a - 1, j === 0 ? source : row);
              if (j === columns - 1 && shape.bothDriven) join(a, 2 * count + i, source);
              if (i === rows - 1) join(count + a, 2 * count + rows + j, sense);
              else join(count + a, count + a + columns, column);
              if (i === 0 && shape.bothSensed) join(count + a, 2 * count + rows + j, sense);
            }
          for (let p = 0; p < nodes; p++) {
            if (p < 2 * count || floating[p - 2 * count] === 1)
              expect(Math.abs(excess[p]!)).toBeLessThan(1e-9 * array.scale + 1e-12);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
};

describe('crossbar, reference', suite(reference));
onCompiled('crossbar', fast => {
  suite(fast)();

  it('agrees with the reference', () => {
    fc.assert(
      fc.property(arrays, array => {
        const shape = shapeOf(array);
        const cells = make(array.seed, shape.rows * shape.columns).map(g => (g < 0.2 ? 0 : g));
        const size = (shape.rows + shape.columns) ** 2;
        const [a, b] = [new Float64Array(size), new Float64Array(size)];
        reference.crossbarPorts(a, cells, shape);
        fast.crossbarPorts(b, cells, shape);
        expect(a.every((g, i) => Math.abs(g - b[i]!) <= 1e-13 * g)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bits on any number of threads', () => {
    const shape = shapeOf({ rows: 70, columns: 90, bothDriven: false, bothSensed: true, scale: 1 });
    const cells = make(5, 70 * 90);
    const run = (threads: number) => {
      fast.setThreads(threads);
      const ports = new Float64Array(160 * 160);
      fast.crossbarPorts(ports, cells, shape);
      return ports;
    };
    expect(sameBits(run(1), run(2))).toBe(true);
  });
});
