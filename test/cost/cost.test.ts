import { describe, expect, it } from 'vitest';
import { bandOf, drawnPrices, draws, factorsOf } from '../../src/cost/bands.ts';
import {
  architectureOptions,
  type Bill,
  billOf,
  breakEven,
  constantsOf,
  costOf,
  costPreset,
  equivalentSram,
  estimate,
  onPlatform,
  pricesOf,
  sensitivity,
  totalsOf,
  totalsOfBill,
} from '../../src/cost/index.ts';
import { correlation } from '../../src/uncertainty/index.ts';
import { mlp } from './mlp.ts';

const core = { kind: 'analog-core', node: '22 nm' } as const;

describe('the cost document', () => {
  const document = costOf(mlp, core);

  it('keeps its contract', () => {
    expect(document.schema).toBe('posterohm/cost/2');
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
      const { median, low, high } = document.bands[name];
      expect(document[name]).toBe(median);
      expect(low!).toBeLessThanOrEqual(median!);
      expect(high!).toBeGreaterThanOrEqual(median!);
    }
    for (const component of document.components) {
      expect(component.source.length).toBeGreaterThan(0);
      expect(component.count).toBeGreaterThan(0);
    }
    expect(document.baselines.map(({ name }) => name)).toEqual([
      'drawn weights',
      'drawn pre-activations',
      'microcontroller',
      'embedded-gpu-batch-100',
    ]);
    for (const { ratio } of document.baselines) {
      expect(ratio.energy.low!).toBeLessThan(ratio.energy.median!);
      expect(ratio.energy.median!).toBeLessThan(ratio.energy.high!);
    }
  });

  it('is JSON: what is not known is null', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    const microcontroller = document.baselines.find(({ name }) => name === 'microcontroller');
    expect(microcontroller!.area).toBeNull();
    expect(microcontroller!.ratio.energyArea.median).toBeNull();
  });

  it('compares at equal rate, latency and node', () => {
    const [sram] = document.baselines;
    expect(sram!.node).toBe(document.node);
    expect(sram!.throughput!).toBeGreaterThanOrEqual(document.rate! * (1 - 1e-9));
    expect(sram!.latency!).toBeLessThanOrEqual(document.latency! * (1 + 1e-9));
    // Power at the same rate: energies and powers stand in the same ratio.
    expect(sram!.power! / document.power! / (sram!.energyPerDecision! / document.energyPerDecision!)).toBeCloseTo(1, 9);
  });

  it('gives a baseline no more time at a low rate than the design takes, or is asked for', () => {
    const [slow, asked] = [{}, { deadline: '1 ms' }].map(more => costOf(mlp, { ...core, rate: 10, ...more }));
    expect(slow!.rate).toBe(10);
    expect(slow!.baselines[0]!.latency!).toBeLessThanOrEqual(slow!.latency! * (1 + 1e-9));
    expect(asked!.baselines[0]!.latency!).toBeGreaterThan(slow!.latency!);
    expect(asked!.baselines[0]!.latency!).toBeLessThanOrEqual(1e-3);
    expect(asked!.baselines[0]!.area!).toBeLessThan(slow!.baselines[0]!.area!);
  });

  it('says what is inside', () => {
    expect(document.boundary).toMatch(/not the computation of the features/);
  });

  it('cites what it used and nothing else', () => {
    const tags = document.citations.map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags).toContain('ADC-reg');
    expect(tags).not.toContain('Arnaud18');
  });
});

describe('bands', () => {
  it('of one component spread as it says, around its median', () => {
    const { bands, energyPerDecision } = costOf(
      mlp,
      { kind: 'processor', platform: 'memristor-published' },
      { baselines: () => [] },
    );
    const { low, high } = bands.energyPerDecision;
    // Ninety percent between 1/37.5 and 1/10.5 pJ an operation: that is how the spread was made.
    expect(Math.log(high! / low!) / Math.log(37.5 / 10.5)).toBeCloseTo(1, 2);
    const middle = 1 / Math.sqrt(37.5e12 * 10.5e12);
    expect(energyPerDecision! / (middle * 4 * 16 * (65 * 32 + 33 * 4))).toBeCloseTo(1, 12);
  });

  it('have their middle, fifth and ninety-fifth in a hundred where the numbers have', () => {
    const numbers = Array.from({ length: 1001 }, (_, i) => ((i * 379) % 1001) / 10);
    expect(bandOf(numbers)).toEqual({ median: 50, low: 5, high: 95 });
    for (const size of [1, 2, 3, 20, 101]) {
      const some = Array.from({ length: size }, (_, i) => (i * i * 7919) % 13);
      const sorted = [...some].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.round(share * (size - 1))];
      expect(bandOf(some)).toEqual({ median: at(0.5), low: at(0.05), high: at(0.95) });
    }
    expect(bandOf([1, Number.NaN])).toEqual({ median: null, low: null, high: null });
  });

  it('draw components independently, and each once for all designs', () => {
    const spread = { energy: 2, area: 1.5 };
    const [a, b] = ['a', 'b'].map(name => factorsOf(name, spread));
    expect(factorsOf('a', spread).energy).toBe(a!.energy);
    // Four standard errors of no correlation.
    for (const [x, y] of [
      [a!.energy, b!.energy],
      [a!.area, b!.area],
      [a!.energy, a!.area],
    ] as const)
      expect(Math.abs(correlation(x.map(Math.log), y.map(Math.log)))).toBeLessThan(4 / Math.sqrt(draws));
    const std = Math.sqrt(a!.energy.reduce((sum, f) => sum + Math.log(f) ** 2, 0) / draws);
    expect(std / Math.LN2).toBeCloseTo(1, 2);
  });

  it('cancel in the ratio of a design to itself', () => {
    const { baselines } = costOf(mlp, core, {
      baselines: () => [{ name: 'itself', architecture: core, workload: mlp }],
    });
    for (const band of Object.values(baselines[0]!.ratio)) {
      expect(band.median).toBeCloseTo(1, 12);
      expect(band.high! - band.low!).toBeCloseTo(0, 12);
    }
  });

  it('give bills, kept as text, the prices of the designs that they are of', () => {
    const design = estimate(mlp, architectureOptions(core));
    const bill = JSON.parse(JSON.stringify(billOf(design))) as Bill;
    expect(totalsOfBill(bill)).toEqual(totalsOf(design));
    const { energyPerDecision, area } = drawnPrices(bill, ['energyPerDecision', 'area']) as Record<
      string,
      Float64Array
    >;
    expect(bandOf(energyPerDecision!)).toEqual(costOf(mlp, core).bands.energyPerDecision);
    expect(bandOf(area!)).toEqual(costOf(mlp, core).bands.area);
    const constants = constantsOf([bill]);
    expect(new Set(constants.map(({ name, of }) => `${name} ${of}`)).size).toBe(constants.length);
    // Twice every constant of energy is four times what is scaled between nodes, twice the rest.
    const twice = totalsOfBill(bill, () => ({ energy: 2, area: 1 })).energyPerDecision;
    const scaled = bill.items.reduce((sum, item) => sum + (item.scaled ? item.energy : 0), 0);
    expect(twice).toBeCloseTo(2 * totalsOf(design).energyPerDecision + 2 * scaled, 15);
    for (const { name, of, spread } of constants) {
      expect(spread).toBeGreaterThan(1);
      const moved = totalsOfBill(bill, one => ({ energy: 1, area: 1, ...(one === name && { [of]: 2 }) }));
      const figure = of === 'energy' ? 'energyPerDecision' : 'area';
      expect(moved[figure], `${name} ${of}`).toBeGreaterThan(totalsOfBill(bill)[figure]);
    }
  });

  it('give a search the same medians as the document', () => {
    const document = costOf(mlp, core);
    for (const [name, price] of Object.entries(pricesOf(mlp, core))) expect(document).toHaveProperty(name, price);
  });
});

describe('programming', () => {
  const write = { pulses: 2, energy: 1e-12, duration: 1e-7, endurance: 1e6 };
  const cells = 2 * (65 * 32 + 33 * 4);

  it('is counted in pulses, doubled for the charge pump', () => {
    const document = costOf({ ...mlp, write }, core);
    expect(document.programming).toMatchObject({ cells, pulses: 2 * cells, lifetime: null });
    expect(document.programming!.energy).toBeCloseTo(2 * 2 * cells * 1e-12, 18);
    expect(document.programming!.duration).toBeCloseTo(2 * cells * 1e-7, 12);
    expect(document.programming!.decisions).toBeCloseTo(document.programming!.energy / document.energyPerDecision!, 9);
    expect(costOf(mlp, core).programming).toBeNull();
  });

  it('again every day at ten decisions a second adds its share to each, and wears', () => {
    const at = (refresh?: string) =>
      totalsOf(
        estimate({ ...mlp, write }, architectureOptions({ ...core, rate: '10 Hz', ...(refresh && { refresh }) })),
      ).energyPerDecision;
    expect((at('1 d') - at()) / ((2 * 2 * cells * 1e-12) / 864_000)).toBeCloseTo(1, 6);
    // A million pulses, two a day.
    expect(costOf({ ...mlp, write }, { ...core, refresh: '1 d' }).programming!.lifetime).toBeCloseTo(5e5 * 86_400, 0);
  });
});

describe('presets', () => {
  it('reproduce the exact arithmetic of the heartbeat network', () => {
    const { validation, baselines, energyPerDecision } = costPreset('bonnet23');
    const { operations } = costPreset('bonnet23').workload;
    expect(operations).toBe(26_240);
    const found = Object.fromEntries(validation.map(one => [one.quantity, one.computed]));
    // 26,240 operations at 37.5 and 10.5 TOPS/W; 170 µJ, 80 µJ and 9 µJ over the same.
    expect(found['operations per sample']!.central).toBe(2624);
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

  it('name the closest when asked for another', () => {
    expect(() => costPreset('hermse')).toThrow(/preset: unknown name 'hermse'; did you mean 'hermes'\?/);
  });
});

describe('sensitivity', () => {
  const found = sensitivity(mlp, core, design => equivalentSram(design), 'energy');

  it('starts with what moves the ratio most', () => {
    const widths = found.influences.map(({ low, high }) => Math.abs(Math.log(high / low)));
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[0]).toBeGreaterThan(0.1);
    expect(new Set(found.influences.map(({ kind }) => kind))).toEqual(new Set(['component', 'design', 'baseline']));
  });

  it('moves a duration from what it is, not from what it usually is', () => {
    const at = (readTime: string) =>
      sensitivity(mlp, { ...core, readTime }, design => equivalentSram(design), 'energy');
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

it('leaves out of the tornado what a design does not use', () => {
  const names = (architecture: object) =>
    sensitivity(mlp, { ...core, ...architecture }, design => equivalentSram(design), 'energy').influences.map(
      ({ name }) => name,
    );
  expect(names({})).toContain('columns per converter 1 … 32');
  expect(names({ adc: 'cco' })).not.toContain('columns per converter 1 … 32');
  // An equivalent SRAM design that draws every weight from its own number has no use for the bits of nothing else.
  const frozen = sensitivity({ ...mlp, entropy: 'frozen' }, { kind: 'frozen-copies' }, design =>
    equivalentSram(design),
  );
  expect(frozen.influences.map(({ name }) => name)).not.toContain('lanes per random number 16 … 1');
  expect(frozen.influences.map(({ name }) => name)).not.toContain('weights drawn per sample … per read');
});

describe('break-even', () => {
  const crossed = (axis: 'samples' | 'size' | 'rate', architecture: object, workload = mlp) => {
    const found = breakEven(workload, { ...core, ...architecture }, design => equivalentSram(design), axis);
    for (const at of found.crossings) {
      const before = found.points.filter(point => point.at <= at).at(-1)!;
      const after = found.points.find(point => point.at >= at)!;
      expect((before.design - before.baseline) * (after.design - after.baseline)).toBeLessThanOrEqual(0);
    }
    return found;
  };

  it('lies where the two energies cross', () => {
    expect(crossed('size', { columnsPerAdc: 1 }).crossings.length).toBeGreaterThan(0);
  });

  it('over the rate goes from one decision an hour to as many as the design can', () => {
    const { points } = crossed('rate', {});
    expect(points[0]!.at).toBeLessThan(1 / 3600);
    expect(points[0]!.at).toBeGreaterThan(1 / 36_001);
    const { interval } = estimate(mlp, architectureOptions(core));
    expect(points.at(-1)!.at).toBeCloseTo(1 / interval, 3);
    // What stands by is shared among ever fewer decisions.
    for (let i = 1; i < points.length; i++) expect(points[i]!.design).toBeLessThan(points[i - 1]!.design * (1 + 1e-9));
  });

  it('has none against a processor that is always dearer', () => {
    expect(breakEven(mlp, core, design => onPlatform(design, 'microcontroller'), 'samples').crossings).toEqual([]);
  });
});
