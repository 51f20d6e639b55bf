import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

const small = { posterior: '{ method: map }', evaluate: '{ chips: 1, grid: 4 }' };

describe('posterohm cost', () => {
  it('prices an experiment on its own arrays and keeps its contract', async () => {
    const folder = folderWith({ 'small.yaml': smallExperiment(small) });
    const directory = join(folder, 'run');
    const { status, out, err } = await posterohm(
      ...['cost', join(folder, 'small.yaml'), '--out', directory, '--json', '--quiet', '--machine-power', '15 W'],
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const document = JSON.parse(out);
    expect(Object.keys(document)[0]).toBe('schema');
    expect(document).toMatchObject({
      schema: 'posterohm/cost/2',
      architecture: 'frozen-copies',
      node: 22e-9,
      workload: { name: 'small', samples: 20 },
    });
    for (const name of [
      'energyPerDecision',
      'energyPerSample',
      'latency',
      'throughput',
      'area',
      'power',
      'gopsPerWatt',
      'gopsPerWattPerMm2',
    ]) {
      expect(document[name]).toBeGreaterThan(0);
    }
    for (const { name, energy, area, count, source } of document.components) {
      expect([name, source].every(text => text.length > 0)).toBe(true);
      expect([energy, area, count].every(value => value >= 0)).toBe(true);
    }
    expect(document.baselines.map(({ name }: { name: string }) => name)).toEqual([
      'stored copies',
      'microcontroller',
      'embedded-gpu-batch-100',
      'this machine',
    ]);
    const { energy, energyArea, area } = document.baselines[0].ratio;
    for (const { median, low, high } of [energy, energyArea, area]) {
      expect(low).toBeLessThan(median);
      expect(median).toBeLessThan(high);
    }
    const written = JSON.parse(readFileSync(join(directory, 'cost.json'), 'utf8'));
    expect(written.energyPerDecision).toBe(document.energyPerDecision);
  });

  it('prices every variant, in the console, in the document and in the report', async () => {
    const variants = '{ fewer: { sampling: { samples: 5 } }, unpriced: { hardware: { device: pcm-ibm } } }';
    const architecture = '{ kind: frozen-copies, deadline: 3 us }';
    const folder = folderWith({
      'small.yaml': smallExperiment({ ...small, variants, architecture }),
    });
    const directory = join(folder, 'run');
    const argv = ['cost', join(folder, 'small.yaml'), '--out', directory, '--quiet'];
    const { out } = await posterohm(...argv);
    expect(out).toMatch(
      /\nvariant +energy +latency +area\nfewer +\S+ .J +\S+ .s +\S+ mm²\nunpriced +not priced: .*deadline/,
    );
    const document = JSON.parse((await posterohm(...argv, '--json')).out);
    const [fewer] = document.variants;
    expect(fewer.cost.workload.samples).toBe(5);
    expect(fewer.cost.energyPerDecision).toBeLessThan(document.energyPerDecision);
    expect(document.sensitivity).toBeUndefined();
    const summary = JSON.parse((await posterohm('evaluate', directory, '--quiet', '--json')).out);
    expect(summary.prices.energyPerDecision).toBe(document.energyPerDecision);
    expect(summary.variants[0].prices.energyPerDecision).toBe(fewer.cost.energyPerDecision);
    expect(summary.variants[1].prices).toMatch(/^not priced: /);
    expect((await posterohm('evaluate', directory, '--quiet')).out).toMatch(/A decision, medians: .*J, .*s, .* mm²\./);
    const report = readFileSync(join(directory, 'report.html'), 'utf8');
    expect(report).toMatch(/What a decision costs[\s\S]*fewer[\s\S]*unpriced[\s\S]*not priced/);
  });

  it('computes what moves a price where it is asked for', async () => {
    const folder = folderWith({ 'small.yaml': smallExperiment(small) });
    const argv = ['cost', join(folder, 'small.yaml'), '--out', join(folder, 'run'), '--quiet', '--sensitivity'];
    const { out } = await posterohm(...argv);
    expect(out).toMatch(
      /what moves the ratio to SRAM[\s\S]*(decisions a second|asked for in a second)[\s\S]*samples[\s\S]*width/,
    );
    const { sensitivity, breakEven } = JSON.parse((await posterohm(...argv, '--json')).out);
    expect(sensitivity.influences.length).toBeGreaterThan(3);
    expect(breakEven.map(({ axis }: { axis: string }) => axis)).toEqual(['rate', 'samples', 'size']);
  });

  it('prints one component by itself', async () => {
    const { status, out } = await posterohm(
      ...['cost', '--component', 'adc-sar', '--node', '65 nm', '--with', 'bits=8,rate=1e8', '--json', '--quiet'],
    );
    expect(status).toBe(0);
    // Accelergy/hwcomponents ADC regression at 8 bits, 65 nm, 100 MHz: 6.49446 pJ.
    expect(Math.abs(JSON.parse(out).energy / 6.49446e-12 - 1)).toBeLessThan(1e-5);
  });

  it('prints measured macros beside what the model says of them', async () => {
    const { status, out } = await posterohm('cost', '--silicon', '--quiet');
    expect(status).toBe(0);
    expect(out).toMatch(/HERMES core +resistive +\S+ \(abstract\)/);
    expect(out).toMatch(/No interval is given for a class with fewer than five\./);
    const { macros, classes } = JSON.parse((await posterohm('cost', '--silicon', '--json', '--quiet')).out);
    expect(macros.length).toBeGreaterThan(7);
    expect(classes.resistive.energy.count).toBe(3);
  });

  it('prints the published cases', async () => {
    const { status, out } = await posterohm('cost', '--preset', 'hermes', '--quiet');
    expect(status).toBe(0);
    expect(out).toMatch(/efficiency, one phase\s+9\.76/);
  });

  const wrong: ReadonlyArray<readonly [architecture: string, sentence: RegExp]> = [
    [
      '{ kind: analog-core, node: 3 nm }',
      /architecture\.kind: entropy 'frozen' needs|architecture\.node: must be between 7 nm and 130 nm/,
    ],
    ['{ kind: frozen-copies, node: 200 nm }', /architecture\.node: must be between 7 nm and 130 nm.*got 200 nm/],
    ['{ kind: frozen-copies, adcBits: 4 }', /architecture\.adcBits: must be at least the 8 output bits.*got 4/],
    ['{ kind: frozen-copies, tiles: 0 }', /architecture\.tiles: must be at least 1, got 0\./],
    ['{ kind: analog-core }', /entropy 'frozen' needs one copy of the cells per sample/],
    [
      '{ kind: frozen-copies, tile: { rows: 16 } }',
      /architecture\.tile: must be that of hardware\.array, 64 rows of 32 weights/,
    ],
    ['{ kind: sram }', /architecture\.kind: unknown name 'sram'/],
  ];
  it.each(wrong)('refuses %s in one sentence before it trains', async (architecture, sentence) => {
    const folder = folderWith({ 'small.yaml': smallExperiment({ ...small, architecture }) });
    const { status, out, err } = await posterohm(
      ...['cost', join(folder, 'small.yaml'), '--out', join(folder, 'run'), '--quiet'],
    );
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  it.each([
    [['cost'], /cost: must be given one of an experiment or run directory, --preset, --component and --silicon, got 0/],
    [['cost', 'x.yaml', '--preset', 'hermes'], /--component and --silicon, got 2/],
    [['cost', '--preset', 'hermse'], /preset: unknown name 'hermse'; did you mean 'hermes'\?/],
    [['cost', '--component', 'adc-sra'], /--component: unknown name 'adc-sra'; did you mean 'adc-sar'\?/],
    [['cost', '--component', 'adc-sar', '--node', '5 nm'], /must be between 7 nm and 130 nm.*got 5 nm/],
    [['cost', '--component', 'adc-sar', '--with', 'bits=3'], /architecture\.adcBits: must be between 4 and 14 bits/],
    [
      ['cost', '--component', 'adc-sar', '--with', 'bit=8'],
      /adc-sar\.bit: is no parameter of this component; known: bits, rate/,
    ],
    [['cost', '--component', 'adc-sar', '--with', 'bits=x'], /adc-sar\.bits: must be a positive number, got NaN/],
    [
      ['cost', '--component', 'adc-sar', '--with', 'bits'],
      /--with: must be a list such as bits=8,rate=100e6, got 'bits'/,
    ],
    [['cost', 'missing.yaml'], /missing\.yaml: cannot be read as an experiment/],
    [['cost', 'x.yaml', '--machine-power', '0 W'], /--machine-power: must be positive, got '0 W'/],
  ] as const)('%j gets one sentence', async (argv, sentence) => {
    const { status, err } = await posterohm(...argv, '--quiet');
    expect(err).toMatch(sentence);
    expect(status).toBe(2);
  });
});
