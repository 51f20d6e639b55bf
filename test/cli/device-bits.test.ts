import { describe, expect, test } from 'vitest';
import { fillUniform, keyOf } from '../../src/random/index.ts';
import { folderWith, posterohm } from './shell.ts';

const pulses = [0.76, 0.79, 0.81, 0.85];
const count = 600;

/** Columns of bits, each with its probability. */
function table(probabilities: readonly number[], seed: number): string {
  const u = fillUniform(keyOf(seed), new Float32Array(count * probabilities.length));
  const line = (_: unknown, i: number) =>
    probabilities.map((p, j) => Number(u[i * probabilities.length + j]! < p)).join(',');
  return [probabilities.map((_, j) => `cell ${j}`).join(','), ...Array.from({ length: count }, line)].join('\n');
}

const curve = pulses.map(v => 1 / (1 + Math.exp((0.8 - v) / 0.03)));

describe('device bits', () => {
  const folder = folderWith({
    'pulses.csv': table(curve, 1),
    'cells.csv': table([0.5, 0.5, 0.2], 2),
    'copied.csv': table([0.5], 3).replaceAll(/[01]$/gm, bit => `${bit}\n${bit}`),
    'few.csv': 'a\n0\n1\n1',
  });
  const of = (...argv: string[]) => posterohm('device', 'bits', ...argv, '--quiet');

  test('gives a device file the curve of pulses of different voltages', async () => {
    const line = [`${folder}/pulses.csv`, '--voltage', '760mV,0.79V,0.81V,0.85V'];
    const document = JSON.parse((await of(...line, '--json')).out);
    expect(document.schema).toBe('posterohm/device-bits/1');
    const { voltage, voltageError, width, widthError, fits } = document.switching;
    expect(Math.abs(voltage - 0.8)).toBeLessThan(3 * voltageError);
    expect(Math.abs(width - 0.03)).toBeLessThan(3 * widthError);
    expect(fits).toBeGreaterThan(0.01);
    expect(document.columns.map((one: { voltage: number }) => one.voltage)).toEqual(pulses);
    expect((await of(...line)).out).toMatch(
      /Device file: switching: \{ voltage: 80\d(\.\d)? mV, width: [23]\d(\.\d)? mV \}/,
    );
  });

  test('says which cells differ, and which bits are fair', async () => {
    const { out } = await of(`${folder}/cells.csv`);
    expect(out).toMatch(/2 of 3 pass as fair and independent bits/);
    expect(out).toMatch(/more than so many bits scatter .*takes all cells to have the same curve/);
    const { columns, cells } = JSON.parse((await of(`${folder}/cells.csv`, '--voltage', '0.8V', '--json')).out);
    expect(columns[2].probability.high).toBeLessThan(0.25);
    expect(columns[2]).toMatchObject({ bits: count, voltage: 0.8 });
    expect(cells.alike).toBeLessThan(1e-9);
    expect(Math.abs(cells.std - 0.3 / Math.sqrt(3))).toBeLessThan(0.03);
  });

  test('says which bits depend on those before', async () => {
    const { out } = await of(`${folder}/copied.csv`);
    expect(out).toMatch(/Bits depend on those before them: 'cell 0'/);
  });

  test.each([
    [['few.csv'], 'few.csv: must hold 100 bits a column at least, got 3'],
    [['pulses.csv', '--voltage', '1V,2V'], '--voltage: must be one pulse, or one for each of the 4 columns, got 2'],
    [['pulses.csv', '--voltage', '4V,3V,2V,1V'], '--voltage: has higher pulses switch less often'],
  ])('refuses %j', async ([file, ...argv], sentence) => {
    const { status, err } = await of(`${folder}/${file}`, ...argv);
    expect(err).toContain(sentence);
    expect(status).toBe(2);
  });
});
