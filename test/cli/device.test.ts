import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDevice } from '../../src/device/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { measure } from '../device/synthetic.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

function table(): string {
  const campaign = {
    targets: [5e-6, 12e-6, 18e-6, 25e-6],
    devices: 30,
    cycles: 1,
    times: [0, 60, 3600, 86400],
    reads: 2,
  };
  const data = measure(findDevice('pcm-ibm'), campaign, keyOf(1));
  const rows = Array.from(data.target!, (target, i) =>
    [target * 1e6, data.conductance[i]! * 1e6, data.time[i], data.device![i]].join(','),
  );
  return `target (uS),conductance (uS),time (s),device\n${rows.join('\n')}\n`;
}

test('the mean that is shown is that of cells, not that of the mean exponent', async () => {
  const { out } = await posterohm('device', 'show', 'pcm-ibm', '--target', '0uS,1uS,25uS', '--time', '1d', '--json');
  const means = JSON.parse(out).targets.map(({ mean }: { mean: number }) => 1e6 * mean);
  // Means of 200,000 cells in IBM's analog hardware kit 1.1.0, where the mean exponent alone gives 0, .537 and 16.588 µS; there cells
  // at rest read .0507, since reads are cut at 0.
  for (const [i, [mean, within]] of [
    [0.0485, 0.003],
    [0.5575, 0.003],
    [16.6252, 0.03],
  ].entries())
    expect(Math.abs(means[i] - mean!)).toBeLessThan(within!);
});

test('measurements become a device file, a report and a device by path', async () => {
  const folder = folderWith({ 'lab.csv': table() });
  const at = (name: string): string => join(folder, name);
  const fit = await posterohm(
    'device',
    'fit',
    at('lab.csv'),
    '--out',
    at('lab.yaml'),
    '--report',
    at('fit.html'),
    '--bootstraps',
    '10',
    '--json',
  );
  expect(fit.err).toBe('');
  const document = JSON.parse(fit.out);
  expect(document).toMatchObject({ schema: 'posterohm/device-fit/1', name: 'lab', ageing: { law: 'shifted-power' } });
  const parameter = document.parameters.find(({ name }: { name: string }) => name === 'programming.std at 12 µS');
  expect(parameter.unit).toBe('S');
  expect(parameter.standardError).toBeGreaterThan(0);
  expect(document.tests).toHaveLength(4);
  expect(await readFile(at('fit.html'), 'utf8')).toContain('Residuals of each level');

  const show = JSON.parse((await posterohm('device', 'show', at('lab.yaml'), '--target', '12uS', '--json')).out);
  expect(show.targets[0].programmingStd).toBeCloseTo(parameter.value, 12);

  const late = await posterohm('device', 'show', at('lab.yaml'), '--target', '12uS', '--time', '1000d', '--json');
  const [extrapolated] = JSON.parse(late.out).targets;
  expect(JSON.parse(late.out).extrapolatedFrom).toBe(86400);
  expect(extrapolated.meanLow).toBeLessThan(extrapolated.mean);
  expect(extrapolated.meanHigh).toBeGreaterThan(extrapolated.mean);
  const text = await posterohm('device', 'show', at('lab.yaml'), '--time', '1000d');
  expect(text.out).toContain('between (95 %)');
  expect(text.out).toContain('Extrapolated: the last read of this device was 1 d after programming.');
  expect((await posterohm('device', 'show', at('lab.yaml'), '--time', '1d')).out).not.toContain('Extrapolated');

  const report = await posterohm(
    'device',
    'report',
    at('lab.yaml'),
    '--out',
    at('device.html'),
    '--ece',
    '0.01',
    '--json',
  );
  expect(JSON.parse(report.out)).toMatchObject({ targetEce: 0.01, time: 86400, report: at('device.html') });
  expect(await readFile(at('device.html'), 'utf8')).toContain('What it is good for');
  expect(await readFile(at('device.html'), 'utf8')).toContain(
    'The last read was 1 d after programming: everything later',
  );
});

test('cells of an array as a laboratory keeps them: before and after a bake, and series of reads', async () => {
  const z = fillNormal(keyOf(2), new Float64Array(240));
  const before = Array.from({ length: 120 }, (_, i) => 20 + 30 * (i % 4) + 2 * z[i]!);
  const after = before.map((g, i) => 0.9 * g + 3 * z[120 + i]!);
  const ohms = (values: readonly number[]): string => values.map(g => (1e6 / g).toFixed(3)).join('\n');
  const reads = Array.from({ length: 8 }, (_, cell) => {
    const noise = fillNormal(fold(keyOf(3), cell), new Float64Array(300));
    return [`a${cell}`, ...Array.from(noise, (e, m) => (1e6 / ((m % 30 < 20 ? 50 : 45) + 0.3 * e)).toFixed(2))].join(
      '\t',
    );
  }).join('\n');
  const folder = folderWith({ 'before.csv': ohms(before), 'after.csv': ohms(after), 'reads.csv': reads });
  const at = (name: string): string => join(folder, name);
  const given = ['--columns', 'resistance=0', '--label', 'mod(i, 4)', '--bootstraps', '10'];
  const baked = [
    ...['--treated', at('after.csv'), '--condition', '30 min at 80 °C', '--procedure', 'program-and-verify'],
    ...['--reads', at('reads.csv'), '--reads-skip', '1', '--reads-unit', 'ohm'],
  ];
  const fit = await posterohm(
    'device',
    'fit',
    at('before.csv'),
    ...given,
    ...baked,
    '--out',
    at('baked.yaml'),
    '--report',
    at('fit.html'),
    '--json',
  );
  expect(fit.err).toBe('');
  const document = JSON.parse(fit.out);
  expect(document.treated).toHaveLength(4);
  expect(document.treated[3].change.mean * 1e6).toBeCloseTo(-11, 0);
  expect(document.reads.telegraph.share).toBe(1);
  expect(document.reads.telegraph.dwellHigh.median / 20).toBeCloseTo(1, 0);
  expect(document.device).toMatchObject({
    condition: '30 min at 80 °C',
    programming: { procedure: 'program-and-verify' },
  });
  expect(document.device.telegraph).toBeUndefined();
  expect(await readFile(at('fit.html'), 'utf8')).toContain('Before and after the treatment');
  expect((await posterohm('device', 'show', at('baked.yaml'))).out).toContain('(measured, 30 min at 80 °C)');
  const told = await posterohm('device', 'fit', at('before.csv'), ...given, ...baked);
  expect(told.out).toContain('correlation with before');
  expect(told.out).toContain('no time in seconds follows');
  const timed = await posterohm(
    'device',
    'fit',
    at('before.csv'),
    ...given,
    ...baked,
    '--read-interval',
    '1 ms',
    '--json',
  );
  expect(JSON.parse(timed.out).device.telegraph.dwellHigh / 0.02).toBeCloseTo(1, 0);

  expect(told.out).toContain("Read as: one column, no header; resistance from 'column 0' in SI units.");
  await writeFile(at('short.csv'), '10000\n20000');
  const refused = await posterohm('device', 'fit', at('before.csv'), ...given, '--treated', at('short.csv'));
  expect([refused.status, refused.err]).toEqual([2, expect.stringContaining('must hold the same 120 rows, got 2')]);
  const bare = await posterohm('device', 'fit', at('before.csv'));
  expect(bare.err).toContain("found column 0; name them under 'columns'");
  const shape = await posterohm('device', 'fit', at('before.csv'), ...given, '--shape', 'gauss');
  expect(shape.err).toContain("--shape: unknown name 'gauss'");
});

test('show says what reads have in common', async () => {
  const { out } = await posterohm(
    'device',
    'show',
    'pcm-ibm',
    '--target',
    '12.5uS',
    '--time',
    '86380s',
    '--lag',
    '1ms',
    '--json',
  );
  // (Ci(2π f₂ τ) − Ci(2π f₁ τ))/ln(f₂/f₁), f₁ = 1/86,400 s, with scipy.special.sici
  expect(JSON.parse(out).targets[0].readCorrelation).toBeCloseTo(0.6129143924803967, 10);
});

test.each([
  [['device', 'fit', 'absent.csv'], 'absent.csv: cannot be read (ENOENT)'],
  [['device', 'fit', 'one.csv'], 'holds one level only'],
  [
    ['device', 'fit', 'one.csv', '--columns', 'conductanc=g'],
    "--columns: unknown column 'conductanc'; did you mean 'conductance'?",
  ],
  [['device', 'fit', 'one.csv', '--ageing', 'drft'], "--ageing: unknown name 'drft'"],
  [['device', 'fit', 'one.csv', '--delimiter', 'ab'], '--delimiter: must be one character, tab or space'],
  [['device', 'fit', 'one.csv', '--missing', '2'], '--missing: must be a share from 0 to below 1'],
  [['device', 'fit', 'one.csv', '--wide', 'cell'], "--wide: unknown name 'cell'"],
  [['device', 'fit', 'one.csv', '--bootstraps', '1'], '--bootstraps: must be a whole number'],
  [['device', 'show', 'bad.yaml'], 'programming.std: must be 0 or more'],
  [['device', 'show', 'pcm-imb'], "did you mean 'pcm-ibm'?"],
  [['device', 'report', 'ideal', '--ece', '2'], 'ece: must lie between 0 and 0.5'],
] as const)('%j is refused with status 2', async (argv, message) => {
  const folder = folderWith({
    'bad.yaml': 'name: a\nrange: { high: 10 uS }\nprogramming: { std: { polynomial: [1, -2], unit: uS } }\n',
  });
  await writeFile(join(folder, 'one.csv'), `target,conductance\n${'1e-5,1.1e-5\n'.repeat(20)}`);
  const [group, verb, name, ...rest] = argv;
  const file = /\.(csv|yaml)$/.test(name) && name !== 'absent.csv' ? join(folder, name) : name;
  const { status, err } = await posterohm(group, verb, file, ...rest);
  expect(err).toContain(message);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(status).toBe(2);
});

test('an experiment names a device file', async () => {
  const folder = folderWith({
    'small.yaml': smallExperiment({ hardware: '{ device: lab.yaml }' }),
    'missing.yaml': smallExperiment({ hardware: '{ device: other.yaml }' }),
    'lab.yaml':
      'name: lab\nrange: { low: 10 uS, high: 100 uS }\nprogramming: { std: 2 uS }\nextrapolation: { from: 1 s }\n',
  });
  const done = await posterohm('run', join(folder, 'small.yaml'), '--out', join(folder, 'run'), '--json', '--quiet');
  expect(done.err).toBe('');
  expect(done.status).toBe(0);
  expect(JSON.parse(done.out).extrapolated).toEqual({ from: 1, times: [6, 3600] });
  const said = await posterohm('evaluate', join(folder, 'run'), '--quiet');
  expect(said.out).toContain('Extrapolated: 6 s, 1 h after programming; the last read of the device was at 1 s.');
  expect(await readFile(join(folder, 'run', 'report.html'), 'utf8')).toContain('later than that are extrapolated');
  const { status, err } = await posterohm(
    'run',
    join(folder, 'missing.yaml'),
    '--out',
    join(folder, 'run2'),
    '--quiet',
  );
  expect(status).toBe(2);
  expect(err).toContain('other.yaml: does not exist');
});
