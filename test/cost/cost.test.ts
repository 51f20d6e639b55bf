import { describe, expect, it } from 'vitest';
import { factorTable } from '../../src/cost/bands.ts';
import {
  breakEven,
  costOf,
  costPreset,
  denseLayers,
  type Estimate,
  equivalentSram,
  onPlatform,
  sensitivity,
  type Workload,
} from '../../src/cost/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { correlation } from '../../src/uncertainty/index.ts';

const mlp: Workload = {
  name: 'mlp',
  layers: denseLayers([64, 32, 4]),
  samples: 16,
  inputBits: 8,
  outputBits: 8,
  entropy: 'read',
};
const core = { kind: 'analog-core', node: '22 nm' } as const;

describe('the cost document', () => {
  const document = costOf(mlp, core, { key: keyOf(1), draws: 200 });

  it('keeps its contract', () => {
    expect(document.schema).toBe('posterohm/cost/1');
    expect(document.architecture).toBe('analog-core');
    expect(document.node).toBeCloseTo(22e-9, 15);
    for (const name of [
      'energyPerDecision',
      'energyPerSample',
      'latency',
      'throughput',
      'area',
      'power',
      'gopsPerWatt',
      'gopsPerWattPerMm2',
    ] as const) {
      expect(document[name]).toBeGreaterThan(0);
      const { low, high } = document.bands[name];
      expect(low!).toBeLessThanOrEqual(document[name]! * (1 + 1e-9));
      expect(high!).toBeGreaterThanOrEqual(document[name]! * (1 - 1e-9));
    }
    for (const component of document.components) {
      expect(component.source.length).toBeGreaterThan(0);
      expect(component.count).toBeGreaterThan(0);
    }
    expect(document.baselines.map(({ name }) => name)).toEqual([
      'digital-sram',
      'digital-sram, moments',
      'microcontroller',
      'embedded-gpu-batch-100',
    ]);
    for (const { ratio } of document.baselines) {
      expect(ratio.powerEfficiency.low!).toBeLessThan(ratio.powerEfficiency.mean!);
      expect(ratio.powerEfficiency.mean!).toBeLessThan(ratio.powerEfficiency.high!);
    }
  });

  it('is JSON: what is not known is null', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    const microcontroller = document.baselines.find(({ name }) => name === 'microcontroller');
    expect(microcontroller!.area).toBeNull();
    expect(microcontroller!.ratio.totalEfficiency.mean).toBeNull();
  });

  it('gives the same bits for the same key, others for another', () => {
    expect(costOf(mlp, core, { key: keyOf(1), draws: 200 })).toEqual(document);
    const other = costOf(mlp, core, { key: keyOf(2), draws: 200 });
    expect(other.bands.energyPerDecision).not.toEqual(document.bands.energyPerDecision);
    expect(other.energyPerDecision).toBe(document.energyPerDecision);
  });

  it('compares at equal throughput and node', () => {
    const [sram] = document.baselines;
    expect(sram!.node).toBe(document.node);
    expect(sram!.throughput!).toBeGreaterThanOrEqual(document.throughput! * (1 - 1e-9));
  });

  it('cites what it used and nothing else', () => {
    const tags = document.citations.map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags).toContain('ADC-reg');
    expect(tags).not.toContain('Arnaud18');
  });
});

describe('bands', () => {
  it('of one component spread as it says: ln E normal with the logarithm of the spread', () => {
    const draws = 4000;
    const document = costOf(
      mlp,
      { kind: 'processor', platform: 'memristor-published' },
      { key: keyOf(3), draws, baselines: () => [] },
    );
    const { low, high } = document.bands.energyPerDecision;
    // Ninety percent between 1/37.5 and 1/10.5 pJ an operation: that is how the spread was made.
    expect(high! / low! / (37.5 / 10.5)).toBeCloseTo(1, 0);
    expect(Math.abs(Math.log(high! / low!) / Math.log(37.5 / 10.5) - 1)).toBeLessThan(0.06);
  });

  it('draw components independently, and each once for all designs', () => {
    const table = factorTable(keyOf(5), 4000);
    const spread = { energy: 2, area: 1.5 };
    const [a, b] = ['a', 'b'].map(name => table.of(name, spread));
    expect(table.of('a', spread)).toBe(a);
    // Four standard errors of no correlation over 4,000 draws.
    for (const [x, y] of [
      [a!.energy, b!.energy],
      [a!.area, b!.area],
      [a!.energy, a!.area],
    ] as const)
      expect(Math.abs(correlation(x.map(Math.log), y.map(Math.log)))).toBeLessThan(4 / Math.sqrt(4000));
    const std = Math.sqrt(a!.energy.reduce((sum, f) => sum + Math.log(f) ** 2, 0) / 4000);
    expect(Math.abs(std / Math.LN2 - 1)).toBeLessThan(4 / Math.sqrt(8000));
  });

  it('cancel in the ratio of a design to itself', () => {
    const { baselines } = costOf(mlp, core, {
      draws: 50,
      baselines: () => [{ name: 'itself', architecture: core, workload: mlp }],
    });
    for (const band of Object.values(baselines[0]!.ratio)) {
      expect(band.mean).toBeCloseTo(1, 12);
      expect(band.high! - band.low!).toBeCloseTo(0, 12);
    }
  });
});

it('counts lifetime in writes and programming in pulses', () => {
  const plan = { cells: 1000, pulses: 2, energy: 1e-12, duration: 1e-7, parallel: 10 };
  const document = costOf({ ...mlp, entropy: 'write' }, { ...core, endurance: 1e6 }, { draws: 50, plan });
  expect(document.lifetime).toMatchObject({ writesPerDecision: 16, decisions: 62500 });
  // 2,000 pulses of 1 pJ, doubled for the charge pump; ten cells at a time.
  expect(document.programming!.energy).toBeCloseTo(4e-9, 18);
  expect(document.programming!.duration).toBeCloseTo(2000 * 1e-8, 12);
  expect(document.programming!.decisions).toBeCloseTo(4e-9 / document.energyPerDecision!, 9);
  expect(document.lifetime!.duration).toBeCloseTo(62500 / document.throughput!, 9);
  expect(costOf(mlp, core, { draws: 50 }).lifetime).toBeNull();
});

describe('presets', () => {
  it('reproduce the exact arithmetic of the heartbeat network', () => {
    const { validation, baselines, energyPerDecision } = costPreset(keyOf(0), 'bonnet23');
    const found = Object.fromEntries(validation.map(one => [one.quantity, one.computed]));
    // 26,240 operations at 37.5 and 10.5 TOPS/W; 170 µJ, 80 µJ and 9 µJ over the same.
    expect(found['operations per sample']!.nominal).toBe(2624);
    expect(found['energy per decision']!.low).toBeCloseTo(26240 / 37.5e12, 20);
    expect(found['energy per decision']!.high).toBeCloseTo(26240 / 10.5e12, 20);
    expect(found['microcontroller over memristors']!.high).toBeCloseTo(170e-6 / (26240 / 37.5e12), 3);
    // 170, 80 and 9 µJ over 2.5 and 0.7 nJ, as published.
    const published = Object.fromEntries(validation.map(one => [one.quantity, one.published]));
    for (const [quantity, least, most] of [
      ['microcontroller over memristors', 68_000, 242_857.14],
      ['embedded GPU over memristors', 32_000, 114_285.71],
      ['embedded GPU in batches of 100 over memristors', 3600, 12_857.14],
    ] as const)
      expect(published[quantity]).toEqual([expect.closeTo(least, 1), expect.closeTo(most, 1)]);
    expect(energyPerDecision!).toBeGreaterThan(0.7e-9);
    expect(energyPerDecision!).toBeLessThan(2.5e-9);
    expect(baselines.find(({ name }) => name === 'microcontroller')!.energyPerDecision).toBeCloseTo(170e-6, 12);
  });

  it('have the Hermes efficiencies within their bands', () => {
    const efficiencies = costPreset(keyOf(0), 'hermes').validation.filter(({ unit }) => unit === 'TOPS/W');
    expect(efficiencies).toHaveLength(2);
    for (const { published, computed } of efficiencies) {
      expect(computed.low).toBeLessThan(published[0]);
      expect(computed.high).toBeGreaterThan(published[0]);
    }
  });

  it('name the closest when asked for another', () => {
    expect(() => costPreset(keyOf(0), 'hermse')).toThrow(/preset: unknown name 'hermse'; did you mean 'hermes'\?/);
  });
});

describe('sensitivity', () => {
  const found = sensitivity(mlp, core, design => equivalentSram(design), 'powerEfficiency');

  it('starts with what moves the ratio most', () => {
    const widths = found.influences.map(({ low, high }) => Math.abs(Math.log(high / low)));
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[0]).toBeGreaterThan(0.1);
    expect(new Set(found.influences.map(({ kind }) => kind))).toEqual(new Set(['component', 'design', 'baseline']));
  });

  it('moves a duration from what it is, not from what it usually is', () => {
    const at = (readTime: string) =>
      sensitivity(mlp, { ...core, readTime }, design => equivalentSram(design), 'powerEfficiency');
    const moved = at('2 us').influences.find(({ name }) => name === 'read time ÷2 … ×2')!;
    expect(moved.low).toBe(at('1 us').nominal);
    expect(moved.high).toBe(at('4 us').nominal);
  });

  it('finds that dearer components of the design alone lower the ratio', () => {
    const array = found.influences.find(({ name }) => name === '1T1R RRAM array')!;
    expect(array.low).toBeGreaterThan(found.nominal);
    expect(array.high).toBeLessThan(found.nominal);
  });
});

describe('break-even', () => {
  it('lies where the two energies cross', () => {
    const { points, crossing } = breakEven(
      mlp,
      { ...core, columnsPerAdc: 1 },
      design => equivalentSram(design),
      'size',
    );
    const before = points.findIndex(({ design, baseline }) => design < baseline);
    expect(before).toBeGreaterThan(0);
    expect(crossing!).toBeGreaterThan(points[before - 1]!.at);
    expect(crossing!).toBeLessThan(points[before]!.at);
  });

  it('is reached in samples where first-layer products serve all of them', () => {
    const generated: Workload = { ...mlp, layers: denseLayers([784, 64, 10]), entropy: 'generator' };
    const slow = { ...core, generator: 'thermal-low', conductance: '100 uS', readTime: '500 ns' };
    const sram = (design: Estimate) => equivalentSram(design, { generator: 'thermal-low', noise: 'weights' });
    const { points, crossing } = breakEven(generated, slow, sram, 'samples');
    expect(points[0]!.design).toBeGreaterThan(points[0]!.baseline);
    expect(points.at(-1)!.design).toBeLessThan(points.at(-1)!.baseline);
    const below = points.filter(({ design, baseline }) => design > baseline).at(-1)!.at;
    expect(crossing! / below).toBeGreaterThan(1);
    expect(crossing! / below).toBeLessThan(2);
  });

  it('has none against a processor that is always dearer', () => {
    expect(breakEven(mlp, core, design => onPlatform(design, 'microcontroller'), 'samples').crossing).toBeNull();
  });
});
