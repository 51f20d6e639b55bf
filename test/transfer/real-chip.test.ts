import { describe, expect, test } from 'vitest';
import { encodeNpy, encodeParquet, ndArray } from '../../src/data/index.ts';
import { conductanceAt, devices, findDevice, momentsAt, programCells } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import {
  type Chip,
  chipTable,
  decodeChip,
  encodeChip,
  encodeTable,
  likenessOf,
  type Plan,
  planCells,
  programChip,
  readChip,
  readPlanTable,
  readsOf,
  realChip,
  recipeTable,
  withTargets,
} from '../../src/transfer/index.ts';
import { key, plan } from './fixtures.ts';

const pcm = findDevice('pcm-ibm');
const p = plan('joint', { on: pcm, copies: 4 });
const cells = planCells(p);
const day = 86_400;
const text = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);
const made = programChip(key, p, pcm, { kind: 'single-pulse' });
const at = (time: number, chip: Chip = made, device = pcm) =>
  conductanceAt(device, chip.cells, time, new Float32Array(chip.cells.target.length));
/** A table of one read of every cell in the plan's order. */
const csv = (values: ArrayLike<number>, header = 'conductance (uS),time (s)', scale = 1e6) =>
  text([header, ...Array.from(values, g => `${Number.isNaN(g) ? '' : g * scale},3600`)]);
const read = (bytes: Uint8Array, options = {}, of: Plan = p) => readsOf(bytes, 'm.csv', of, planCells(of), options);
const chipOf = async (bytes: Uint8Array, options: { shorts?: boolean } = {}) =>
  realChip(p, pcm, await read(bytes), { name: 'm.csv', cells, ...options });

describe('a file of reads', () => {
  test.each(['m.csv', 'm.parquet'])('written as %s comes back by address, at all its times', async name => {
    const table = encodeTable(chipTable(key, made, { ...pcm, read: undefined }, [3600, day]), name);
    const { times, conductance } = await readsOf(table, name, p, cells, {});
    expect(times).toEqual([3600, day]);
    expect(conductance[0]).toEqual(at(3600));
    expect(conductance[1]).toEqual(at(day));
  });

  test('has read noise of the device’s own spread where the chip is simulated', () => {
    const noisy = chipTable(key, made, pcm, [day])['conductance (S)']!.data as unknown as Float32Array;
    const clean = at(day);
    // PCM-IBM: σ/G = Q √ln((t + t_c + t_r)/(2 t_r)), Q = .0088/g^.65 of the target, physics of read noise.
    const ratios = Array.from(p.target).flatMap((goal, i) => {
      if (goal < 5e-6) return [];
      const q = Math.min(0.0088 / (goal / 25e-6) ** 0.65, 0.2);
      return [(noisy[i]! / clean[i]! - 1) / (q * Math.sqrt(Math.log((day + 20) / 500e-9)))];
    });
    expect(ratios.length).toBeGreaterThan(30);
    const variance = ratios.reduce((sum, r) => sum + r * r, 0) / ratios.length;
    expect(variance).toBeGreaterThan(1 - 4 * Math.sqrt(2 / ratios.length));
    expect(variance).toBeLessThan(1 + 4 * Math.sqrt(2 / ratios.length));
  });

  test('as NPY holds cells, reads of cells, or maps of arrays', async () => {
    const [hour, late] = [at(3600), at(day)];
    const micro = (values: Float32Array) => Array.from(values, g => g * 1e6);
    const how = { unit: 'uS', times: [3600, day] };
    const both = ndArray([2, hour.length], Float64Array.from([...micro(hour), ...micro(late)]));
    const stacked = await read(encodeNpy(both), how);
    expect(stacked.conductance[1]).toEqual(late);
    const one = await read(encodeNpy(ndArray([hour.length], Float64Array.from(micro(hour)))), {
      ...how,
      times: [3600],
    });
    expect(one.conductance).toEqual([hour]);
    const map = new Float64Array(64 * 64).fill(Number.NaN);
    for (let row = 0; row < 64; row++) {
      for (let column = 0; column < 64; column++) {
        const cell = cells.at(0, row, column);
        if (cell !== undefined) map[row * 64 + column] = hour[cell]! * 1e6;
      }
    }
    const mapped = await read(encodeNpy(ndArray([1, 64, 64], map)), { ...how, times: [3600] });
    expect(mapped.conductance).toEqual([hour]);
  });

  test('takes units of entries, and empty entries as missing', async () => {
    const values = at(3600);
    const entries = Array.from(values, (g, i) => `${i === 3 ? 'open' : `${g * 1e9} nS`},1 h`);
    const found = await read(text(['G,time', ...entries]));
    expect(found.times).toEqual([3600]);
    expect(found.conductance[0]![3]).toBeNaN();
    expect(found.conductance[0]![4]! / values[4]!).toBeCloseTo(1, 6);
  });

  test('takes resistances, and columns under the names that people give them', async () => {
    const values = at(3600);
    const rows = Array.from(values, (g, i) => {
      const address = cells.address(i).match(/\d+/g)!;
      return [address[1], address[2], g > 0 ? `${1e-3 / g}`.replace('.', ',') : '', 1, i].join(';');
    }).toReversed();
    const columns = { row: 'Zeile', column: 'Spalte', resistance: 'R gemessen', time: '3' };
    const table = text(['Zeile;Spalte;R gemessen (kohm);seit;conductance', ';;;h;', ...rows]);
    await expect(read(table, { columns })).rejects.toThrow('m.csv: conductance: states no unit of conductance');
    const named = text(['Zeile;Spalte;R gemessen (kohm);seit;Nummer', ';;;h;', ...rows]);
    const { times, conductance } = await read(named, { columns });
    expect(times).toEqual([3600]);
    values.forEach((g, i) => {
      if (g > 0) expect(conductance[0]![i]! / g).toBeCloseTo(1, 6);
      else expect(conductance[0]![i]).toBeNaN();
    });
    // What is named as rows is no resistance, whatever its header.
    const short = text(['r;c;Resistance (kohm);time (h)', ...rows.map(row => row.split(';').slice(0, 4).join(';'))]);
    expect((await read(short, { columns: { row: 'r', column: 'c' } })).conductance).toEqual(conductance);
    await expect(read(named, { columns: { ...columns, row: 'Zelle' } })).rejects.toThrow(
      "m.csv: has no column 'Zelle', found Zeile, Spalte, R gemessen (kohm), seit, Nummer; did you mean 'Zeile'?",
    );
    await expect(read(text(['R (ohm),time (s)', '0,1']))).rejects.toThrow(
      'm.csv: line 2: must be a resistance above 0, got 0; leave the entry empty where nothing was measured.',
    );
    await expect(read(text(['I (uA),time (s)', '1,1']))).rejects.toThrow(
      "m.csv: has no column 'conductance' or 'resistance'; head it 'conductance (uS)', with the unit, or name it with --columns.",
    );
  });

  const one = at(3600);
  const refused: Array<[what: string, bytes: Uint8Array, sentence: RegExp, options?: object]> = [
    [
      'no unit',
      csv(one, 'conductance,time (s)'),
      /m\.csv: conductance: states no unit of conductance; head the column/,
    ],
    ['no unit of time', csv(one, 'conductance (uS),time'), /time: states no unit of time/],
    [
      'no times',
      text(['conductance (uS)', ...Array.from(one, g => `${g * 1e6}`)]),
      /has reads without a time since programming; add a column 'time \(s\)'/,
    ],
    [
      'a time before programming',
      text(['conductance (uS),time (s)', '3,-3']),
      /line 2: must be a time since programming, 0 s or later, got -3/,
    ],
    ['an empty time', text(['conductance (uS),time (s)', '3,']), /line 2: has reads without a time/],
    ['fewer cells', csv(one.slice(1)), /holds 135 reads at 3600 s, where the plan has 136 cells/],
    ['more cells', csv([...one, 1e-6]), /holds more than 136 reads at 3600 s, where the plan has 136 cells/],
    [
      'a cell twice',
      text(['row,column,G (uS),t (s)', '0,0,1,5', '0,0,2,5']),
      /line 3: reads the cell at array 0, row 0, column 0 twice at 5 s/,
    ],
    [
      'a cell that is none',
      text(['row,column,G (uS),t (s)', '63,63,1,5']),
      /line 2: is of array 0, row 63, column 63, where the plan has no cell/,
    ],
    [
      'a row that is no number',
      text(['row,column,G (uS),t (s)', 'x,0,1,5']),
      /line 2, column 'row': must be a whole number of 0 or more, got 'x'/,
    ],
    ['no conductance', text(['row,column', '0,0']), /has no column 'conductance'/],
    ['an array without unit', encodeNpy(ndArray([136], one)), /states no unit of conductance/, { times: [1] }],
    ['an array without times', encodeNpy(ndArray([136], one)), /has reads without a time/, { unit: 'S' }],
    [
      'an array of other cells',
      encodeNpy(ndArray([5], one.slice(0, 5))),
      /holds an array \[5\], where the plan has 136 cells/,
      { unit: 'S', times: [1] },
    ],
  ];
  test.each(refused)('with %s is refused', async (_what, bytes, sentence, options = {}) => {
    await expect(read(bytes, options)).rejects.toThrow(sentence);
  });
});

describe('a real chip', () => {
  test('in the wrong unit is refused, either way', async () => {
    await expect(chipOf(csv(at(3600), 'conductance (S),time (s)'))).rejects.toThrow(
      /m\.csv: array 0, row \d+, column \d+: must be a conductance from -[\d.]+ [µn]S \(what noise makes of none\) to [\d.]+ µS, which pcm-ibm can have, got [\d.]+ m?S; check the unit, or add --shorts/,
    );
    await expect(chipOf(csv(at(3600), 'conductance (uS),time (s)', 1))).rejects.toThrow(
      /holds conductances that are 0\.000001\d* times what the plan expects of pcm-ibm \(0 S to 25 µS\) in the median; check the unit/,
    );
    await expect(chipOf(csv(at(3600).fill(Number.NaN)))).rejects.toThrow(
      /holds no conductance of any cell of the plan/,
    );
  });

  test('counts open, stuck and shorted cells, which do not age', async () => {
    const values = at(3600);
    const strong = Array.from(p.target.keys()).filter(i => p.target[i]! > 8e-6);
    const [open, low, short] = strong as [number, number, number];
    const weak = p.target.findIndex(goal => goal > 0 && goal < 8e-6);
    values[open] = Number.NaN;
    values[low] = 1e-9;
    values[weak] = 25e-6;
    values[short] = 1e-3;
    await expect(chipOf(csv(values))).rejects.toThrow(/add --shorts/);
    const below = values.with(short, -1e-5);
    await expect(chipOf(csv(below), { shorts: true })).rejects.toThrow(/got -10 µS; check the sign and the unit/);
    const { chip, failed } = await chipOf(csv(values), { shorts: true });
    expect(failed).toEqual({ open: 1, stuckHigh: 2, stuckLow: 1, shorted: 1 });
    const later = at(10 * day, chip);
    expect([later[open], later[low], later[short]]).toEqual([0, Math.fround(1e-9), Math.fround(1e-3)]);
    // None of the others is taken for stuck: they are as programming left them.
    expect(chip.cells.fault.filter(fault => fault !== 0)).toHaveLength(4);
  });

  test('is as read at its times, on straight lines in ln(1 s + t) between, and on the device’s mean beyond', () => {
    const reads = { times: [10, 1000], conductance: [Float32Array.of(10e-6, 4e-6), Float32Array.of(8e-6, 4e-6)] };
    const target = Float32Array.of(12.5e-6, 5e-6);
    const own = {
      target,
      programmed: reads.conductance[0]!,
      reads,
      fault: Int8Array.of(0, -1),
      pulses: new Uint16Array(2),
    };
    const g = (time: number) => conductanceAt(pcm, own, time, new Float32Array(2));
    expect(g(10)).toEqual(reads.conductance[0]);
    expect(g(1000)).toEqual(reads.conductance[1]);
    const share = (Math.log(101) - Math.log(11)) / (Math.log(1001) - Math.log(11));
    expect(g(100)[0]! / (10e-6 - 2e-6 * share)).toBeCloseTo(1, 6);
    const mean = (time: number) => momentsAt(pcm, 12.5e-6, time).mean;
    expect(g(1e8)[0]! / ((8e-6 * mean(1e8)) / mean(1000))).toBeCloseTo(1, 5);
    expect(g(0)[0]! / ((10e-6 * mean(0)) / mean(10))).toBeCloseTo(1, 5);
    // A stuck cell stays.
    expect([g(0)[1], g(1e8)[1]]).toEqual([Math.fround(4e-6), Math.fround(4e-6)]);
  });

  test.each(Object.keys(devices))('of %s is read at every time, under every compensation', async name => {
    const device = findDevice(name);
    const own = plan('joint', { on: device, copies: 2 });
    const simulated = programChip(key, own, device, { kind: device.programming.procedure ?? 'single-pulse' });
    const table = encodeTable(chipTable(key, simulated, device, [60, 3600]), 'm.csv');
    const reads = await readsOf(table, 'm.csv', own, planCells(own), {});
    const { chip } = realChip(own, device, reads, { name: 'm.csv', cells: planCells(own) });
    const again = decodeChip(encodeChip(chip), own, 'chip');
    expect(again.cells).toEqual(chip.cells);
    for (const compensation of ['none', 'global'] as const) {
      for (const time of [0, 1, 60, 600, day, 3.2e8]) {
        const { weights } = readChip(again, device, { time, compensation, readNoise: true });
        expect(weights.every(Number.isFinite), `${compensation} ${time}`).toBe(true);
      }
    }
  });

  test('of another plan is refused', async () => {
    const { chip } = await chipOf(csv(at(3600)));
    const target = p.target.slice();
    target[7] = 20e-6;
    expect(() => decodeChip(encodeChip(chip), withTargets(p, pcm, target, 'p.csv'), 'chip')).toThrow(
      /chip: target: must be that of the run's plan, got .* at cell 7; the plan has changed since/,
    );
  });
});

describe('a plan for the bench', () => {
  test('says what to do to each cell, and comes back', async () => {
    const table = recipeTable(p, pcm, { kind: 'program-and-verify', tolerance: 0.02, iterations: 7 }, day);
    const strong = p.target.indexOf(p.target.reduce((a, b) => Math.max(a, b)));
    const cell = (name: string, i = strong) => (table[name]!.data as unknown as ArrayLike<number | string>)[i];
    expect([cell('step'), cell('most pulses')]).toEqual(['SET and verify', 7]);
    expect(cell('accept to (S)')).toBeCloseTo(p.target[strong]! + 0.02 * 25e-6, 12);
    expect(cell('accept from (S)')).toBeCloseTo(p.target[strong]! - 0.02 * 25e-6, 12);
    const { mean, std } = momentsAt(pcm, p.target[strong]!, day);
    expect((cell('expected (S)') as number) / mean).toBeCloseTo(1, 2);
    expect((cell('spread (S)') as number) / std).toBeCloseTo(1, 2);
    const rest = p.target.indexOf(0);
    expect([cell('step', rest), cell('most pulses', rest), cell('accept to (S)', rest)]).toEqual([
      'RESET',
      1,
      Infinity,
    ]);
    for (const name of ['p.csv', 'p.parquet']) {
      expect((await readPlanTable(encodeTable(table, name), name, p)).target).toEqual(p.target);
    }
    const short = Object.fromEntries(Object.entries(table).map(([k, v]) => [k, { ...v, data: v.data.slice(1, 9) }]));
    await expect(readPlanTable(encodeParquet(short as typeof table), 'p', p)).rejects.toThrow(
      /must have each of the plan's 136 cells once, got 8 rows of 8 cells/,
    );
  });

  test('takes targets that the device can be programmed to', () => {
    const target = p.target.slice();
    target[3] = 30e-6;
    expect(() => withTargets(p, pcm, target, 'p.csv')).toThrow(
      /p\.csv: target\.cell 3: must be 0 \(at rest\) or a conductance that pcm-ibm can be programmed to, 0 S to 25 µS, got/,
    );
  });
});

describe('a real chip among simulated ones', () => {
  const asReal = (
    cells: ReturnType<typeof programCells>,
    change: (g: number, i: number) => number,
    time = 3600,
  ): Chip => {
    const now = conductanceAt(pcm, cells, time, new Float32Array(p.target.length)).map(change);
    return { plan: p, cells: { ...cells, programmed: now, reads: { times: [time], conductance: [now] } } };
  };
  const quiet = { ...pcm, read: undefined };
  const pOf = (chip: Chip, run: number, chips = 39) =>
    likenessOf(keyOf(1000 + run), chip, quiet, { kind: 'single-pulse' }, { chips });
  const program = (run: number) => programCells(keyOf(run), pcm, p.target, { kind: 'single-pulse' });

  test('has a p value that is uniform where it is one of them, as it stands and fitted', async () => {
    const found = await Promise.all(
      Array.from({ length: 60 }, (_, run) =>
        pOf(
          asReal(program(run), g => g),
          run,
          19,
        ),
      ),
    );
    for (const kind of ['asModelled', 'fitted'] as const) {
      const ps = found.map(one => one[kind].pValue).sort((a, b) => a - b);
      const distance = Math.max(...ps.map((value, i) => Math.abs((i + 1) / ps.length - value)));
      // Kolmogorov: P(D > 1.63/√n) = .01; ranks of 20 are .05 coarse.
      expect(distance, kind).toBeLessThan(1.63 / Math.sqrt(ps.length) + 0.05);
    }
  });

  test('is told apart by its gain, which a fit takes away, and by its law, which it does not', async () => {
    const gained = await pOf(
      asReal(program(1), g => 1.3 * g),
      1,
    );
    expect(gained.asModelled.pValue).toBe(1 / 40);
    expect(gained.fitted.pValue).toBeGreaterThan(0.05);
    expect(gained.fitted.gain).toBeCloseTo(1.3, 1);
    const { high } = pcm.range;
    const levels = await pOf(
      asReal(program(2), (_, i) => momentsAt(pcm, p.target[i]!, 3600).mean + (i % 4 < 2 ? 1 : -1) * 0.03 * high),
      2,
    );
    expect(levels.fitted.pValue).toBe(1 / 40);
  });

  test('is compared with the same bits again', async () => {
    const chip = asReal(program(3), g => g);
    expect(await pOf(chip, 3)).toEqual(await pOf(chip, 3));
  });
});
