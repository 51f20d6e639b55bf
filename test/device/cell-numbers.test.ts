import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CellGrid, type Device, findDevice, type Procedure, programCells } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';

/** Every purpose that a cell draws numbers for: offset, fault, step, drift, relaxation and verifying reads. */
const device: Device = {
  ...findDevice('pcm-ibm'),
  programming: { std: target => 0.02 * target + 1e-7, deviceStd: () => 3e-7 },
  relaxation: { mean: () => 0, std: () => 1e-7 },
  stuck: { high: 0.1, low: 0.1 },
};
const laplace: Device = { ...device, read: { ...device.read!, shape: 'laplace' } };

interface Cell {
  readonly copy: number;
  readonly matrix: number;
  /** The bias line is −1. */
  readonly input: number;
  readonly output: number;
  readonly place: number;
}

/** The cells of a grid in canonical order. */
function cellsOf({ copies, matrices }: CellGrid): Cell[] {
  const cells: Cell[] = [];
  for (let copy = 0; copy < copies; copy++) {
    matrices.forEach(({ rows, columns, devices, bias }, matrix) => {
      for (let r = 0; r < rows; r++) {
        for (let output = 0; output < columns; output++) {
          for (let place = 0; place < devices; place++) {
            cells.push({ copy, matrix, input: bias && r === rows - 1 ? -1 : r, output, place });
          }
        }
      }
    });
  }
  return cells;
}

/** A target that goes by the cell alone; some stay at rest. */
const targetOf = ({ copy, matrix, input, output, place }: Cell) => {
  const level = (copy * 7 + matrix * 11 + (input + 1) * 5 + output * 3 + place * 13) % 17;
  return level === 0 ? 0 : (level / 17) * device.range.high;
};

function programmed(on: Device, grid: CellGrid, procedure: Procedure): Map<string, string> {
  const list = cellsOf(grid);
  const cells = programCells(keyOf(5), on, Float32Array.from(list, targetOf), procedure, { grid });
  return new Map(
    list.map((cell, i) => [
      JSON.stringify(cell),
      [cells.programmed[i], cells.fault[i], cells.driftExponent![i], cells.relaxation![i], cells.pulses[i]].join(),
    ]),
  );
}

const grids = fc.record({
  copies: fc.integer({ min: 1, max: 4 }),
  matrices: fc.tuple(
    fc.record({
      rows: fc.integer({ min: 2, max: 6 }),
      columns: fc.integer({ min: 1, max: 9 }),
      devices: fc.constantFrom(1, 2, 4),
      bias: fc.constant(true),
    }),
    fc.record({
      rows: fc.integer({ min: 1, max: 6 }),
      columns: fc.integer({ min: 1, max: 5 }),
      devices: fc.constantFrom(1, 2, 4),
      bias: fc.constant(false),
    }),
  ),
});

describe('cells of two designs', () => {
  it.each([
    ['single-pulse', device],
    ['program-and-verify', device],
    ['program-and-verify', laplace],
    ['staircase', device],
  ] as const)('have the same luck where both have them: %s', (kind, on) => {
    const procedure: Procedure = kind === 'staircase' ? { kind, step: 0.1 } : { kind };
    fc.assert(
      fc.property(grids, grids, (a, b) => {
        const [first, second] = [programmed(on, a, procedure), programmed(on, b, procedure)];
        let shared = 0;
        for (const [cell, bits] of first) {
          if (!second.has(cell)) continue;
          expect(second.get(cell)).toBe(bits);
          shared++;
        }
        expect(shared).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  it('differ from cell to cell', () => {
    const grid = {
      copies: 5,
      matrices: [
        { rows: 9, columns: 7, devices: 4, bias: true },
        { rows: 4, columns: 7, devices: 4, bias: true },
      ],
    };
    const list = cellsOf(grid);
    const cells = programCells(
      keyOf(6),
      { ...device, stuck: { high: 0, low: 0 } },
      new Float32Array(list.length).fill(1e-5),
      { kind: 'program-and-verify' },
      { grid },
    );
    for (const values of [cells.programmed, cells.driftExponent!, cells.relaxation!]) {
      expect(new Set(values).size).toBeGreaterThan(0.999 * list.length);
    }
  });

  it('of a plain list keep theirs when the list grows', () => {
    const targets = new Float32Array(300).fill(1e-5);
    for (const procedure of [{ kind: 'program-and-verify' }, { kind: 'staircase' }] as const) {
      const whole = programCells(keyOf(7), device, targets, procedure);
      const some = programCells(keyOf(7), device, targets.subarray(0, 111), procedure);
      expect(whole.programmed.slice(0, 111)).toEqual(some.programmed);
      expect(whole.fault.slice(0, 111)).toEqual(some.fault);
    }
  });
});
