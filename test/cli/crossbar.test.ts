import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseQuantity } from '../../src/base/index.ts';
import { folderWith, posterohm } from './shell.ts';

const array = {
  resistance: Array.from({ length: 5 }, (_, i) => [40 * i + 10, 40 * i + 20, 40 * i + 30, 40 * i + 40]),
  voltages: [[0, 1, 2, 3, 4]],
  rowResistance: 1,
  columnResistance: 2,
};
const folder = folderWith({
  'array.json': JSON.stringify(array),
  'ragged.json': JSON.stringify({ ...array, voltages: [[1, 2]] }),
  'negative.json': JSON.stringify({ ...array, columnResistance: -2 }),
  'broken.json': '{',
});

describe('crossbar', () => {
  test('solve prints the published currents', async () => {
    const file = join(folder, 'array.json');
    const document = JSON.parse((await posterohm('crossbar', 'solve', file, '--effective', '--json')).out);
    expect(document.schema).toBe('posterohm/crossbar-solve/1');
    // Resistances 10 … 200 Ω, word segments 1 Ω, bit segments 2 Ω (nodal analysis of the same array).
    const wanted = [0.060570196651101416, 0.059327610716747844, 0.05634873882925334, 0.05335235457510154];
    wanted.forEach((current, j) => {
      expect(document.currents[0][j] / current).toBeCloseTo(1, 12);
    });
    expect(document.residual).toBeLessThan(1e-9);
    expect(document.effective).toHaveLength(5);
    const { out } = await posterohm('crossbar', 'solve', file, '--effective');
    expect(out).toContain('60.5702 mA  59.3276 mA');
    expect(out).toContain('effective matrix M of I = Mᵀ V, 5×4\n');
    const lines = out.split('\n');
    const first = lines[lines.findIndex(line => line.startsWith('effective')) + 1]!.split(/ {2,}/);
    first.forEach((cell, j) => {
      expect(parseQuantity(cell, 'conductance', 'cell') / document.effective[0][j]).toBeCloseTo(1, 3);
    });
    const large = {
      ...array,
      resistance: Array.from({ length: 9 }, () => Array(12).fill(1e4)),
      voltages: [Array(9).fill(1)],
    };
    const wide = folderWith({ 'wide.json': JSON.stringify(large) });
    const corner = await posterohm('crossbar', 'solve', join(wide, 'wide.json'), '--effective');
    expect(corner.out).toMatch(/9×12, upper left corner; all of it with --json\n( *\S+ µS){8} {2}…\n/);
  });

  test('spice writes a netlist', async () => {
    const out = join(folder, 'array.cir');
    expect((await posterohm('crossbar', 'spice', join(folder, 'array.json'), '--out', out)).status).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^\* Array of 5 word lines and 4 bit lines, 1 vector\n[\s\S]*\.end\n$/);
  });

  test.each([
    ['ragged.json', 'voltages.0: must have 5 entries, one for each row of resistance, got 2.'],
    ['negative.json', 'columnResistance: must be at least 0, got -2.'],
    ['broken.json', 'is not JSON'],
    ['absent.json', 'cannot be read'],
  ])('refuses %s with status 2', async (name, message) => {
    for (const verb of ['solve', 'spice']) {
      const { status, err } = await posterohm('crossbar', verb, join(folder, name));
      expect(status).toBe(2);
      expect(err).toContain(message);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });
});
