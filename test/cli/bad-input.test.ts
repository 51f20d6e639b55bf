import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

/** Lines that replace those of the small experiment, and what the one sentence must say. */
const experiments: ReadonlyArray<readonly [what: string, more: Readonly<Record<string, string>>, sentence: RegExp]> = [
  [
    'a number out of range',
    { hardware: '{ array: { rows: 0 } }' },
    /small\.yaml: hardware\.array\.rows: must be at least 1, got 0\./,
  ],
  ...['inputBits', 'outputBits'].map(
    bits =>
      [
        `${bits} of 1`,
        { hardware: `{ device: ideal, ${bits}: 1 }` },
        new RegExp(`small\\.yaml: hardware\\.${bits}: must be at least 2, got 1\\.`),
      ] as const,
  ),
  [
    'an unknown device',
    { hardware: '{ device: oxram-hf02 }' },
    /hardware\.device: unknown name 'oxram-hf02'; did you mean 'oxram-hfo2'\? Known: /,
  ],
  [
    'an unknown transfer method',
    { transfer: '{ method: mixtur }' },
    /transfer\.method: unknown name 'mixtur'; did you mean 'mixture'\?/,
  ],
  [
    'an unknown posterior method',
    { posterior: '{ method: nutz }' },
    /posterior\.method: unknown name 'nutz'; did you mean 'nuts'\?/,
  ],
  ['an unknown field', { evaluate: '{ chip: 3 }' }, /evaluate: unknown field 'chip'; did you mean 'chips'\?/],
  ['an unknown unit', { evaluate: '{ times: [1 parsec] }' }, /evaluate\.times\.0: .*unknown unit 'parsec'/],
  ['a missing data section', { data: '' }, /small\.yaml: data: /],
  [
    'an unknown layer',
    { network: '{ layers: [dens 4 tanh, dense 2] }' },
    /network\.layers\.0: .*did you mean 'dense'\?/,
  ],
  [
    'a last layer of the wrong width',
    { network: '{ layers: [dense 3] }' },
    /last layer has 3 outputs, but the data needs 2 .*end with 'dense 2'/,
  ],
  ['a plan that does not fit', { hardware: '{ array: { rows: 8, columns: 8, count: 2 } }' }, /880 cells .*8×8×2/],
  ['a missing data file', { data: '{ source: csv, path: none.csv, target: y }' }, /none\.csv: does not exist/],
  [
    'a fault in a variant',
    { variants: '{ odd: { hardware: { spread: -1 } } }' },
    /small\.yaml: variants\.odd\.hardware\.spread: must be at least 0, got -1\./,
  ],
  ['broken YAML', { data: '{ source: [' }, /small\.yaml: .* at line \d+/],
];

describe('an experiment with', () => {
  test.each(experiments)('%s gets one sentence and status 2', async (_what, more, sentence) => {
    const folder = folderWith({ 'small.yaml': smallExperiment(more) });
    const { status, out, err } = await posterohm(
      'run',
      join(folder, 'small.yaml'),
      '--out',
      join(folder, 'run'),
      '--quiet',
    );
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});

const files: ReadonlyArray<readonly [what: string, content: string, sentence: RegExp]> = [
  ['ragged rows', 'a,b,y\n1,2,0\n1,2\n3,4,1\n', /bad\.csv.*line 3/],
  ['text among numbers', 'a,b,y\n1,2,0\n1,two,1\n3,4,1\n', /bad\.csv.*line 3.*column.*'two'/],
  ['NaN', 'a,b,y\n1,2,0\n1,NaN,1\n3,4,1\n', /bad\.csv.*line 3/],
  ['no rows', 'a,b,y\n', /bad\.csv/],
];

describe('a CSV with', () => {
  test.each(files)('%s gets one sentence and status 2', async (_what, content, sentence) => {
    const data = '{ source: csv, path: bad.csv, target: y }';
    const folder = folderWith({ 'small.yaml': smallExperiment({ data }), 'bad.csv': content });
    const { status, err } = await posterohm('data', 'info', join(folder, 'small.yaml'), '--quiet');
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });
});

describe('several faults', () => {
  const more = {
    data: '{ source: two-moons, train: 64, validation: 4, test: 128 }',
    network: '{ layers: [dense 3] }',
    hardware: '{ layout: rows, wires: {}, cellsPerWeight: 7 }',
    evaluate: '{ calibration: temperature, corruptions: { rotation: [10], blur: [1] } }',
  };

  test('of the fields of an experiment are printed together, a line each', async () => {
    const folder = folderWith({ 'small.yaml': smallExperiment(more) });
    const { status, out, err } = await posterohm('run', join(folder, 'small.yaml'), '--quiet');
    const lines = err.trimEnd().split('\n');
    const places = lines.map(line => /^posterohm: .*small\.yaml: ([\w.]+): /.exec(line)?.[1]);
    expect(places).toEqual([
      'network.layers',
      'hardware.wires',
      'hardware.cellsPerWeight',
      'evaluate.calibration',
      'evaluate.corruptions.rotation',
      'evaluate.corruptions.blur',
    ]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  test('are one JSON document on standard error with --json', async () => {
    const folder = folderWith({ 'small.yaml': smallExperiment(more) });
    const file = join(folder, 'small.yaml');
    const { status, out, err } = await posterohm('run', file, '--quiet', '--json');
    const { schema, faults } = JSON.parse(err);
    expect(schema).toBe('posterohm/error/1');
    expect(faults).toHaveLength(6);
    expect(faults[2]).toEqual({
      file,
      path: ['hardware', 'cellsPerWeight'],
      rule: "the mapping 'differential' uses 2",
      value: 7,
      hint: 'leave it out or choose another hardware.mapping',
    });
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  test('in usage are JSON too, and help stays help', async () => {
    for (const argv of [['runn', 'x'], ['run'], ['device', 'show', 'ideal', '--targt', '1']]) {
      const { status, out, err } = await posterohm(...argv, '--json');
      expect(JSON.parse(err)).toMatchObject({ schema: 'posterohm/error/1', faults: [{ path: [] }] });
      expect({ status, out }).toEqual({ status: 2, out: '' });
    }
    const { status, err } = await posterohm('run', '--help', '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  test('in a variant carry the file and the variant', async () => {
    const variants = '{ odd: { hardware: { layout: rows, wires: {} } } }';
    const folder = folderWith({ 'small.yaml': smallExperiment({ variants }) });
    const { err } = await posterohm('run', join(folder, 'small.yaml'), '--quiet', '--out', join(folder, 'run'));
    expect(err).toMatch(/small\.yaml: variants\.odd\.hardware\.wires: needs the layout 'tiles'/);
  });
});

describe('other usage', () => {
  const cases: ReadonlyArray<readonly [argv: readonly string[], sentence: RegExp]> = [
    [['run', 'missing.yaml'], /missing\.yaml: cannot be read as an experiment/],
    [['transfer', '/'], /\/: is not a run directory; make one with posterohm train/],
    [
      ['transfer', 'package.json', '--out', 'runs/x'],
      /^posterohm: package\.json: is a file, where a run directory is expected; if it is an experiment, make one with posterohm train package\.json --out runs\/x and name that\.\n$/,
    ],
    [
      ['train', 'examples/moons.yaml', '--out', 'package.json/run'],
      /package\.json\/run\/run\.json: cannot be written \(ENOTDIR\); name another place with --out\.\n$/,
    ],
    [['device', 'show', 'pcm-imb'], /unknown name 'pcm-imb'; did you mean 'pcm-ibm'\?/],
    [
      ['device', 'show', 'pcm-ibm', '--target', '1 S'],
      /--target: must lie in the range of pcm-ibm, 0 to 25 µS, got 1 S/,
    ],
    [['device', 'show', 'pcm-ibm', '--time', '-1'], /--time: must be 0 or more/],
    [['doctor', '--threads', '0'], /--threads: must be a whole number of at least 1, got '0'/],
    [['schema', 'experimant'], /schema: unknown name 'experimant'; did you mean 'experiment'\?/],
    [['metrics', 'missing.json'], /missing\.json: cannot be read/],
    [['runn', 'x'], /unknown command 'runn'/],
  ];
  test.each(cases)('%j gets one sentence and status 2', async (argv, sentence) => {
    const { status, out, err } = await posterohm(...argv, '--quiet');
    expect(err).toMatch(sentence);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});
