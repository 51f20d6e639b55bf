import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, posterohm } from './shell.ts';

const rows = (make: (i: number) => string, count = 120): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('\n');

describe('init writes an experiment that runs', () => {
  test.each<[string, string, Record<string, unknown>, RegExp, boolean?]>([
    [
      'classes by name, an identity, a group, texts, dates and missing values',
      `id,patient,colour,day,size,diagnosis\n${rows(i => `r${i},p${i % 12},${i % 3 ? 'red' : 'blue'},2024-01-${10 + (i % 20)},${i % 9 ? i : ''},${i % 2 ? 'ill' : 'well'}`)}`,
      { task: 'classification', target: 'diagnosis', inputs: ['colour', 'day', 'size'] },
      /drop: \[ id \]\n +missing: impute[^\n]*\n +group: patient\n +apart: groups[^\n]*\n +# time: day/,
    ],
    [
      'real numbers in the last column, decimal commas',
      `a;b;length\n${rows(i => `${i},5;${i % 7};${(i * 0.37).toFixed(3).replace('.', ',')}`)}`,
      { task: 'regression', target: 'length', inputs: ['a', 'b'] },
      /dense 1\]/,
    ],
    [
      'no header, numbers of rows first, the only texts as classes',
      rows(i => `${900 + ((i * 7) % 120)},${'MB'[i % 2]},${i}.5,${(i * 7) % 11}`),
      { task: 'classification', target: 'column 1', inputs: ['column 2', 'column 3'] },
      /drop: \[ column 0 \]/,
    ],
    [
      'no header, whole numbers as classes',
      rows(i => `${i}.5,${(i * 7) % 11},${i % 3}`),
      { task: 'classification', target: 'column 2', inputs: ['column 0', 'column 1'] },
      /target: column 2\n[\s\S]*dense 3\]/,
      false,
    ],
  ])('%s', async (_, table, expected, text, runs = true) => {
    const folder = folderWith({ 'my table.csv': table });
    const out = join(folder, 'experiment.yaml');
    const { status, out: said, err } = await posterohm('init', join(folder, 'my table.csv'), '--out', out, '--json');
    expect([status, err]).toEqual([0, '']);
    expect(JSON.parse(said)).toMatchObject({ ...expected, rows: 120 });
    expect(await readFile(out, 'utf8')).toMatch(text);
    const info = await posterohm('data', 'info', out);
    expect([info.status, info.err]).toEqual([0, '']);
    if (!runs) return;
    const quick = (await readFile(out, 'utf8'))
      .replace('method: device-tied', 'method: device-tied, epochs: 3')
      .replace('samples: 32', 'samples: 2')
      .replace('chips: 4', 'chips: 1');
    const small = join(folder, 'quick.yaml');
    await writeFile(small, quick);
    const ran = await posterohm('run', small, '--out', join(folder, 'run'), '--quiet');
    expect([ran.status, ran.err]).toEqual([0, '']);
  });

  test.each([
    ['one column', 'x\n1\n2\n3', 'has one column'],
    [
      'an unknown target',
      `a,b\n${rows(i => `${i},${i % 2}`)}`,
      "has no column 'bb'; did you mean 'b'?",
      '--target',
      'bb',
    ],
    ['one class', 'a,b,y\n1,2,x\n2,4,x\n3,1,x\n', "has one value in all rows of 'y'"],
    ['names alone', 'a,b\nx,p\ny,q\nz,r\n', 'every column names its rows'],
  ])('%s is refused', async (_, table, message, ...more) => {
    const folder = folderWith({ 't.csv': table });
    const { status, err } = await posterohm('init', join(folder, 't.csv'), '--out', join(folder, 'e.yaml'), ...more);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
