import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { solveCrossbar, spiceNetlist } from '../../src/crossbar/index.ts';

const grid = (rows: number, columns: number, f: (i: number, j: number) => number) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => f(i, j)));

const resistors = {
  resistance: grid(5, 4, (i, j) => 10 * (4 * i + j + 1)),
  voltages: [
    [0, 1, 2, 3, 4],
    [3, 2, -1, 2, 3],
  ],
  rowResistance: 1,
  columnResistance: 2,
};

const small = {
  conductance: grid(6, 5, (i, j) => 1e-5 * (1 + ((3 * i + 5 * j) % 7))),
  voltages: [
    [0.2, 0.1, 0, 0.3, 0.4, 0.2],
    [-0.3, 0.4, 0.1, 0, 0.2, -0.1],
  ],
  rowResistance: 40,
  columnResistance: 70,
};

describe('solveCrossbar', () => {
  it('gives the currents of a nodal solution, the effective matrix and a small residual', () => {
    const { currents, residual, effective, seconds } = solveCrossbar(resistors, { effective: true });
    // NumPy: np.linalg.solve of Kirchhoff's law at all 40 nodes.
    const wanted = [
      [0.060570196651101416, 0.059327610716747844, 0.05634873882925334, 0.05335235457510154],
      [0.15274675287437675, 0.10872370543516569, 0.08719952841122902, 0.07446608444256336],
    ];
    wanted.forEach((row, b) => {
      row.forEach((current, j) => {
        expect(currents[b]![j]! / current).toBeCloseTo(1, 13);
      });
    });
    expect(residual).toBeLessThan(1e-13);
    expect(effective).toHaveLength(5);
    expect(seconds).toBeGreaterThan(0);
  });

  it.each([
    ['one end', {}],
    ['both ends', { drive: 'both', sense: 'both', sourceResistance: 100 }],
    [
      'ideal lines',
      { rowResistance: 0, columnResistance: 0, sourceResistance: 50, senseResistance: 20, sense: 'both' },
    ],
  ])('obeys Kirchhoff laws with %s, ohmic or not', (_, change) => {
    const request = { ...small, ...change };
    const linear = solveCrossbar(request);
    expect(linear.residual).toBeLessThan(1e-12);
    for (const iv of [
      { model: 'sinh', scale: 0.1 },
      { model: 'polynomial', cubic: 8, quadratic: 1 },
    ]) {
      const bent = solveCrossbar({ ...request, iv });
      expect(bent.residual).toBeLessThan(1e-10);
      expect(Math.abs(bent.currents[0]![0]! / linear.currents[0]![0]! - 1)).toBeGreaterThan(0.01);
      const straight = solveCrossbar({ ...request, iv: { model: 'sinh', scale: 1e4 } });
      for (const [b, row] of linear.currents.entries()) {
        for (const [j, current] of row.entries()) expect(straight.currents[b]![j]! / current).toBeCloseTo(1, 7);
      }
    }
  });

  it('solves one bent cell behind resistors: the scalar equation', () => {
    const request = {
      conductance: [[1e-4]],
      voltages: [[1]],
      rowResistance: 500,
      columnResistance: 300,
      contactResistance: 1000,
      iv: { model: 'sinh', scale: 0.05 },
    };
    const current = solveCrossbar(request).currents[0]![0]!;
    expect(1e-4 * 0.05 * Math.sinh((1 - 1800 * current) / 0.05)).toBeCloseTo(current, 12);
  });

  it('settles where the law is steep and the drop heavy', () => {
    const steep = solveCrossbar({
      conductance: grid(24, 24, (i, j) => 1e-3 * (1 + ((i * 7 + j) % 5))),
      voltages: [Array.from({ length: 24 }, (_, i) => 3 * Math.cos(i))],
      rowResistance: 100,
      columnResistance: 100,
      iv: { model: 'sinh', scale: 0.1 },
    });
    expect(steep.residual).toBeLessThan(1e-9);
    expect(steep.iterations).toBeLessThan(40);
  });

  it('settles for laws from nearly straight to all but a step, in every topology', () => {
    for (const scale of [1, 0.1, 0.01, 0.002]) {
      for (const change of [
        {},
        { contactResistance: 1000 },
        { drive: 'both', rowResistance: 0 },
        { columnVoltages: [0, 0.1, null, 0, 0.2] },
      ]) {
        const { residual, iterations } = solveCrossbar({ ...small, ...change, iv: { model: 'sinh', scale } });
        expect(residual).toBeLessThan(1e-9);
        expect(iterations).toBeLessThan(60);
      }
    }
  });

  it('lets lines float: sneak paths through a passive array', () => {
    // 2×2, ideal wires: reading cell (0, 0) with the other lines floating adds the path of the other three in series.
    const g = [
      [1e-6, 2e-5],
      [3e-5, 4e-5],
    ];
    const request = {
      conductance: g,
      voltages: [[0.1, null]],
      columnVoltages: [0, null],
      rowResistance: 0,
      columnResistance: 0,
    };
    const sneak = 1 / (1 / g[0]![1]! + 1 / g[1]![1]! + 1 / g[1]![0]!);
    const { currents, residual } = solveCrossbar(request);
    expect(currents[0]![0]).toBeCloseTo(0.1 * (1e-6 + sneak), 15);
    expect(currents[0]![1]).toBeCloseTo(0, 15);
    expect(residual).toBeLessThan(1e-12);
    const biased = solveCrossbar({ ...request, voltages: [[0.1, 0.05]], columnVoltages: [0, 0.05] });
    expect(biased.currents[0]![0]).toBeCloseTo(0.1 * 1e-6 + 0.05 * 3e-5, 15);
    const bent = solveCrossbar({
      ...request,
      rowResistance: 10,
      columnResistance: 10,
      iv: { model: 'sinh', scale: 0.02 },
    });
    expect(bent.residual).toBeLessThan(1e-9);
  });

  it.each([
    [{ voltages: [[1, 2]] }, 'crossbar: voltages.0: must have 5 entries, one for each row of resistance, got 2.'],
    [{ rowResistance: -1 }, 'crossbar: rowResistance: must be at least 0, got -1.'],
    [{ rowResistance: undefined }, 'crossbar: rowResistance: is missing (One word line segment in ohms; 0 is ideal).'],
    [{ resistance: [[1, 2], [3]] }, 'crossbar: resistance.1: must have 2 entries as row 0 has, got 1.'],
    [{ resistance: [[1, 0]] }, 'crossbar: resistance.0.1: must be above 0 Ω, got 0.'],
    [{ conductance: [[1]] }, "crossbar: needs either 'conductance' or 'resistance'."],
    [{ iv: { model: 'cubic' } }, "crossbar: iv.model: unknown name 'cubic'"],
    [
      { iv: { model: 'rram-milo' } },
      "crossbar: iv: 'rram-milo' was measured up to 0.5 V, got 5 V; lower the voltages.",
    ],
    [
      { iv: { model: 'polynomial', cubic: -1 } },
      'crossbar: iv: the current through a cell of 0.1 S does not rise with the voltage at -5 V',
    ],
    [{ columnVoltages: [0] }, 'crossbar: columnVoltages: must have 4 entries'],
    [
      { columnVoltages: [null, null, null, null], voltages: [[null, null, null, null, null]] },
      'leaves every line floating',
    ],
    [{ temperature: 3 }, "crossbar: unknown field 'temperature'"],
  ])('refuses %j', (change, message) => {
    expect(() => solveCrossbar({ ...resistors, ...change })).toThrow(message);
  });

  it.each([
    ['ideal wires', {}],
    ['wires', { rowResistance: 2, columnResistance: 3, senseResistance: 1 }],
    ['a floating sense', { rowResistance: 2, columnResistance: 3, columnVoltages: [0, null, 0.1] }],
    ['cells that are not ohmic', { rowResistance: 2, columnResistance: 3, iv: { model: 'sinh', scale: 0.1 } }],
  ])('answers a column of open cells with no current: %s', (_, change) => {
    const cells = (between: number[][]) => ({
      rowResistance: 0,
      columnResistance: 0,
      voltages: [
        [0.3, 0.1],
        [0.2, null],
      ],
      ...change,
      resistance: between,
    });
    const open = solveCrossbar(
      cells([
        [20, null, 50],
        [40, null, 10],
      ] as never),
    );
    expect(open.currents.map(([, middle]) => middle)).toEqual([0, 0]);
    expect(open.residual).toBeLessThan(1e-12);
    // Cells of 10¹⁵ Ω change nothing that can be seen.
    const nearly = solveCrossbar(
      cells([
        [20, 1e15, 50],
        [40, 1e15, 10],
      ]),
    );
    open.currents.flat().forEach((current, i) => {
      expect(current).toBeCloseTo(nearly.currents.flat()[i]!, 12);
    });
  });

  it.each([0, 5])('answers an array of open cells alone with no current, segments of %d Ω', ohms => {
    const request = {
      resistance: [
        [null, null],
        [null, null],
      ],
      voltages: [
        [1, 2],
        [null, 1],
      ],
      columnVoltages: [0.5, null],
      rowResistance: ohms,
      columnResistance: ohms,
    };
    const { currents, residual, effective } = solveCrossbar(request, { effective: true });
    expect(currents).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(effective).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(residual).toBeLessThan(1e-15);
  });
});

const hasSpice = spawnSync('ngspice', ['--version']).status === 0;

describe('spiceNetlist', () => {
  it('names every element and joins ideal conductors', () => {
    const netlist = spiceNetlist({ ...resistors, rowResistance: 0 });
    expect(netlist).toContain('Vd4 d4 0 DC 4');
    expect(netlist).toContain('Rb4_0 b4_0 s0 2');
    expect(netlist).not.toContain('Rw');
    expect(netlist.match(/^Rc/gm)).toHaveLength(20);
  });

  it('gives every vector of the batch an operating point', () => {
    const netlist = spiceNetlist(resistors);
    expect(netlist.match(/^op$/gm)).toHaveLength(2);
    expect(netlist).toContain('alter Vd2 = -1\n');
    expect(netlist.match(/^print sense_[01]_[0-3]$/gm)).toHaveLength(8);
    // A vector that leaves another line floating needs an array of its own.
    const floating = spiceNetlist({ ...resistors, voltages: [...resistors.voltages, [1, null, 1, 1, 1]] });
    expect(floating.match(/^Rc/gm)).toHaveLength(40);
    expect(floating).not.toContain('Vd1x1 ');
    expect(floating).toContain('let sense_2_3 = i(vs1x3)');
  });

  const cases: [string, Record<string, unknown>][] = [
    ['ohmic cells', {}],
    ['both ends', { drive: 'both', sense: 'both', sourceResistance: 30, senseResistance: 20, contactResistance: 200 }],
    ['ideal word lines', { rowResistance: 0, sourceResistance: 10 }],
    ['sinh cells', { iv: { model: 'sinh', scale: 0.1 }, contactResistance: 200 }],
    ['polynomial cells', { iv: { model: 'polynomial', quadratic: 1, cubic: 8 } }],
    [
      'measured cells',
      {
        iv: { model: 'rram-milo' },
        conductance: grid(6, 5, (i, j) => 5e-5 + 2e-5 * ((i + j) % 7)),
        voltages: [[0.1, 0.2, 0.1, 0, 0.2, 0.25]],
      },
    ],
    ['floating lines', { voltages: [[0.2, null, null, 0.1, 0, null]], columnVoltages: [0, null, 0, 0.1, null] }],
    [
      'vectors that leave different lines floating',
      {
        voltages: [
          [0.2, null, null, 0.1, 0, null],
          [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
          [0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
          [0.3, null, null, 0.2, 0.1, null],
        ],
      },
    ],
    ['open cells', { conductance: grid(6, 5, (i, j) => (j === 2 || i === j ? 0 : 1e-5 * (1 + ((3 * i + j) % 5)))) }],
  ];
  it.skipIf(!hasSpice).each(cases)('agrees with ngspice: %s', (_, change) => {
    const request = { ...small, ...change };
    const folder = mkdtempSync(join(tmpdir(), 'crossbar-'));
    try {
      const file = join(folder, 'array.cir');
      writeFileSync(file, spiceNetlist(request));
      const run = spawnSync('ngspice', ['-b', file], { encoding: 'utf8' });
      const wanted = solveCrossbar(request).currents;
      const size = Math.max(...wanted.flat().map(Math.abs));
      const found = [...run.stdout.matchAll(/sense_(\d+)_(\d+) = (\S+)/g)];
      for (const [, b, j, value] of found) {
        expect(Math.abs(Number(value) - wanted[Number(b)]![Number(j)]!)).toBeLessThan(1e-6 * size);
      }
      const columns = 'columnVoltages' in change ? 3 : 5;
      expect(found).toHaveLength(wanted.length * columns);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
