import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fitDevice, type MeasurementOptions, parseMeasurements } from '../../src/device/index.ts';

const uS = 1e-6;
const close = (values: readonly number[]) => values.map(value => expect.closeTo(value, 12));

describe('tables of laboratories', () => {
  test.each<[string, string, MeasurementOptions]>([
    ['a unit behind the name', 'target_uS,conductance_uS,time_ms\n10,11,2000\n20,22,2000', {}],
    ['a unit behind a stroke, decimal comma', 'Target / µS;G / µS;t in s\n10;11,0;2\n20;22,0;2', {}],
    ['a row of units', 'target,G,t\nuS,uS,ms\n10,11,2000\n20,22,2000', {}],
    [
      'headers in another language',
      'Soll;Leitwert;Zeit\n10;11,0;2\n20;22,0;2',
      {
        columns: { target: 'Soll', conductance: 'Leitwert', time: 'Zeit' },
        units: { target: 'uS', conductance: 'uS' },
      },
    ],
    ['resistance in kΩ', 'target (uS),R (kOhm),t\n10,90.90909090909091,2\n20,45.45454545454545,2', {}],
    ['targets in kΩ too', 'target (kOhm),R (kOhm),t\n100,90.90909090909091,2\n50,45.45454545454545,2', {}],
    ['current at a read voltage', 'target (uS),I (uA),t\n10,2.2,2\n20,4.4,2', { readVoltage: 0.2 }],
    [
      'columns by number',
      '10\t11\t2\n20\t22\t2',
      { columns: { target: '0', conductance: '1', time: '2' }, units: { target: 'uS', conductance: 'uS' } },
    ],
    ['entries with units', 'target,G,t\n10 uS,11 uS,2 s\n20 uS,22 uS,2000 ms', {}],
  ])('%s', (_, text, options) => {
    const data = parseMeasurements(text, 't.csv', options);
    expect(Array.from(data.conductance)).toEqual(close([11 * uS, 22 * uS]));
    expect(Array.from(data.target!)).toEqual(close([10 * uS, 20 * uS]));
    expect(Array.from(data.time)).toEqual([2, 2]);
  });

  test('how a table was read is said', () => {
    const { read } = parseMeasurements('target;G (µS)\n1e-5;10,5\n2e-5;20,5', 't.csv');
    expect(read).toEqual([
      "Read as: semicolon, decimal comma, header; target from 'target' in SI units, conductance from 'G (µS)' in µS.",
    ]);
  });

  test('a column per time: every row is a cell that is followed', () => {
    const data = parseMeasurements('target (uS),10 s,1 h,R\n10,11,12,x\n20,21,,x', 't.csv', {
      columns: { label: 'R' },
      units: { conductance: 'uS' },
      missing: 0.5,
    });
    expect(Array.from(data.conductance)).toEqual(close([11 * uS, 12 * uS, 21 * uS]));
    expect(Array.from(data.time)).toEqual([10, 3600, 10]);
    expect(data.device).toEqual(['row 0', 'row 0', 'row 1']);
    expect(data.read![0]).toContain('a column per time (2, 10 s to 1 h)');
    expect(data.read![1]).toBe('1 of 4 rows lack a value and are left out: conductance in 1.');
  });

  test('times in headers of several spellings, resistances', () => {
    const data = parseMeasurements('cell,target (uS),R@1s (kohm),R@2min (kohm)\nA,10,100,50\nB,20,50,40', 't.csv');
    expect(Array.from(data.conductance)).toEqual(close([10 * uS, 20 * uS, 20 * uS, 25 * uS]));
    expect(Array.from(data.time)).toEqual([1, 120, 1, 120]);
    expect(data.device).toEqual(['A', 'A', 'B', 'B']);
  });

  test('times without a unit, where columns are said to be times', () => {
    const data = parseMeasurements('target,1,1000\n1e-5,2e-5,3e-5\n2e-5,3e-5,4e-5', 't.csv', {
      wide: 'time',
      units: { time: 'ms' },
    });
    expect(Array.from(data.time)).toEqual([0.001, 1, 0.001, 1]);
  });

  test('a column per device', () => {
    const data = parseMeasurements('target (uS);Cell 1 (uS);Cell 2 (uS)\n10;11,5;12\n20;21;22', 't.csv');
    expect(data.device).toEqual(['Cell 1', 'Cell 2', 'Cell 1', 'Cell 2']);
    expect(Array.from(data.conductance)).toEqual(close([11.5 * uS, 12 * uS, 21 * uS, 22 * uS]));
  });

  test('limits are levels; what is far beyond all readings is none', () => {
    const rows = Array.from({ length: 30 }, (_, i) => {
      const level = [
        [0, 5000],
        [9000, 11_000],
        [50_000, 1e10],
      ][i % 3]!;
      return [7, [4000, 10_000, 80_000][i % 3]! + i, ...level].join('\t');
    });
    const data = parseMeasurements(rows.join('\n'), 't.csv', { columns: { resistance: '1', lower: '2', upper: '3' } });
    expect(data.label!.slice(0, 3)).toEqual(['from 200 µS', '90.909 µS to 111.11 µS', 'up to 20 µS']);
    expect(data.read![1]).toBe(
      'Levels are the limits between which programming accepted a reading: 3. 20 rows have one limit alone: the other is 0, missing or 1000 times beyond all readings. 0 of 30 readings lie outside their limits.',
    );
    expect(fitDevice(data, { bootstraps: 3 }).levels).toHaveLength(3);
    const outside = parseMeasurements('5e-5,1e-5,2e-5\n5e-5,4e-5,6e-5', 't.csv', {
      columns: { conductance: '0', lower: '1', upper: '2' },
    });
    expect(outside.read![1]).toContain('1 of 2 readings lie outside');
  });

  test('what instruments send for no reading is none', () => {
    const data = parseMeasurements(`target,R\n${'1e-5,1e5\n'.repeat(9)}1e-5,9.91E37`, 't.csv');
    expect(data.count).toBe(9);
  });

  test.each<[string, string, MeasurementOptions, string]>([
    [
      'conductances in microsiemens without a word',
      'target (uS),G\n10,10\n150,150',
      {},
      "t.csv: line 2, column 'G': 10 without a unit would be a conductance of 10 S, outside 1 pS to 10 mS; state the unit in the header, or under 'units': conductance=uS (conductance=S where that is meant).",
    ],
    [
      'both, told at once',
      'target,G\n10,10\n150,150',
      {},
      "under 'units': conductance=uS (conductance=S where that is meant).\nt.csv: line 2, column 'target': 10 without a unit",
    ],
    ['targets too', 'target,G (uS)\n10,10\n150,150', {}, "t.csv: line 2, column 'target': 10 without a unit"],
    [
      'resistances in kilohm',
      'target (uS),R\n10,100\n20,50',
      {},
      "state the unit in the header, or under 'units': resistance=kohm (resistance=ohm where that is meant)",
    ],
    [
      'conductances below a picosiemens',
      'target (uS),G\n10,1e-14\n20,2e-14',
      {},
      'a conductance of 10 fS, outside 1 pS to 10 mS',
    ],
    [
      'many missing values',
      'target (uS),G (uS)\n10,NA\n20,20\n20,',
      {},
      't.csv: 2 of 3 rows lack a value (conductance in 2), more than a share of 0.2',
    ],
    [
      'an unknown column',
      'target (uS),G (uS)\n10,NA',
      { columns: { time: 'Taget' } },
      "t.csv: has no column 'Taget', found target (uS), G (uS); did you mean 'target'?",
    ],
    [
      'units of columns that are not there',
      'target (uS),R (kohm)\n10,100\n20,50',
      { units: { conductance: 'kg', device: 'uS' } },
      "t.csv: units.conductance: is the unit of a column that the table lacks, got 'kg'; leave it out, or name the column under 'columns'; found target (uS), R (kohm).\nt.csv: units.device: is",
    ],
    [
      'the unit of names',
      'target (uS),R (kohm),device\n10,100,a\n20,50,b',
      { units: { device: 'uS' } },
      "t.csv: units.device: is the unit of a column of names, got 'uS'",
    ],
    [
      'a header of brackets, which no pattern for units may dwell on',
      `${'['.repeat(1e5)},x\n1,2`,
      {},
      `found ${'['.repeat(57)}…, x; name`,
    ],
    ['a header above nothing', 'target (uS),R (kohm)\n', {}, 't.csv: needs a header and at least one row.'],
    [
      'a wide table of one column',
      'target (uS),a1\n10,2\n20,3',
      { wide: 'time' },
      'has no two columns of one time each',
    ],
    [
      'a wide table with words',
      'target (uS),early,10 s\n10,2,3\n20,3,4',
      { wide: 'time' },
      "t.csv: column 'early': names no time",
    ],
  ])('%s: refused', (_, text, options, message) => {
    expect(() => parseMeasurements(text, 't.csv', options)).toThrow(message);
  });

  test('a unit that is said is believed', () => {
    const data = parseMeasurements('target (S),G\n10,10\n150,150', 't.csv', { units: { conductance: 'S' } });
    expect(Array.from(data.conductance)).toEqual([10, 150]);
  });

  test('a header of two thousand columns is not repeated', () => {
    const text = Array.from({ length: 2000 }, (_, i) => `a${i}`).join(',');
    expect(() => parseMeasurements(`${text}\n${text.replaceAll('a', '')}`, 't.csv')).toThrow(
      /a7, … \(2000 columns\); name them/,
    );
  });
});

const folder = process.env.POSTEROHM_DATA;

test.skipIf(!folder)('cells of an array by the limits of their programming (POSTEROHM_DATA)', () => {
  const data = parseMeasurements(readFileSync(`${folder}/rram/programmed.csv`), 'programmed.csv', {
    columns: { resistance: '4', lower: '6', upper: '7' },
  });
  // awk -F'\t' '{print $7, $8}' programmed.csv | sort | uniq -c: four pairs of 512
  expect(new Set(data.label).size).toBe(4);
  const counts = fitDevice(data, { bootstraps: 3 }).levels.map(({ count }) => count);
  expect(counts.every(count => count > 500 && count <= 512)).toBe(true);
});
