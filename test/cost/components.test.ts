import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adcRegression } from '../../src/cost/components/index.ts';
import { components, componentUnit, randomNumberLadder, technology } from '../../src/cost/index.ts';

const at = (node: number, voltage?: number) =>
  technology({ node, temperature: 300, ...(voltage === undefined ? {} : { voltage }) });

describe('converter regression', () => {
  // Accelergy/hwcomponents ADC regression evaluated in Python at 100 MHz.
  it.each([
    [8, 32, 1.71371],
    [6, 32, 1.06509],
    [4, 32, 0.923747],
    [8, 65, 6.49446],
    [8, 22, 0.847234],
  ])('%i bits at %i nm cost %f pJ', (bits, nm, energy) => {
    expect(Math.abs(adcRegression(bits, 100e6, nm).energy / energy - 1)).toBeLessThan(1e-5);
  });

  it('gives the area of the 8-bit converter at 32 nm', () => {
    // The same source: 3938.92 µm².
    expect(Math.abs(adcRegression(8, 100e6, 32).area / 3938.92 - 1)).toBeLessThan(1e-5);
  });
});

describe('technology', () => {
  it('scales energy as the published polynomials do', () => {
    // Stillmaker17, corrected example: the factor of 65 nm at 1.3 V is 3.755·1.3² − 4.398·1.3 + 1.975 = 2.604;
    // that of 45 nm at 0.9 V is 1.103·0.9² − 0.362·0.9 + 0.2767 = 0.84433.
    expect(at(65e-9, 1.3).energyFrom(45, 0.9)).toBeCloseTo(2.60355 / 0.84433, 6);
  });

  it('scales area as the published table does', () => {
    // Stillmaker17: from 45 nm to 14 nm, 0.17; from 130 nm to 45 nm, 1/6.4.
    expect(at(14e-9).areaFrom(45)).toBeCloseTo(0.17, 10);
    expect(at(45e-9).areaFrom(130)).toBeCloseTo(1 / 6.4, 10);
  });

  it('knows published SRAM cells', () => {
    expect(at(14e-9).sramCell).toBeCloseTo(0.0588e-12, 20);
    expect(at(130e-9).sramCell).toBeCloseTo(2.45e-12, 18);
  });

  it('shrinks energy, area and cells with the node', () => {
    const nodes = [130, 90, 65, 45, 32, 22, 16, 14, 10, 7].map(nm => at(nm * 1e-9));
    for (let i = 1; i < nodes.length; i++) {
      expect(nodes[i]!.energyFrom(45, 0.9)).toBeLessThan(nodes[i - 1]!.energyFrom(45, 0.9));
      expect(nodes[i]!.areaFrom(45)).toBeLessThan(nodes[i - 1]!.areaFrom(45));
      expect(nodes[i]!.sramCell).toBeLessThan(nodes[i - 1]!.sramCell);
    }
  });

  it('doubles leakage every 10 K', () => {
    const warm = technology({ node: 22e-9, temperature: 310 });
    expect(warm.logicLeakage / at(22e-9).logicLeakage).toBeCloseTo(2, 12);
  });
});

describe('every component', () => {
  it.each(Object.values(components).map(component => [component.name, component] as const))(
    '%s costs something, says how, and whence',
    (_name, component) => {
      const unit = componentUnit(component, at(22e-9));
      expect(unit.energy).toBeGreaterThan(0);
      expect(unit.energy).toBeLessThan(1e-9);
      expect(unit.area).toBeGreaterThanOrEqual(0);
      expect(unit.leakage).toBeGreaterThanOrEqual(0);
      for (const text of [component.title, component.formula, component.validity])
        expect(text.length).toBeGreaterThan(5);
      if (component.provenance !== 'assumption') expect(component.cite.length).toBeGreaterThan(0);
      expect(component.spread.energy).toBeGreaterThan(1);
      expect(component.spread.area).toBeGreaterThanOrEqual(1);
    },
  );

  const [fJ, um2] = [1e-15, 1e-12];
  const at45 = at(45e-9, 0.9);
  // Registers and comparators are published at 40 nm, adders, products and memories at 45 nm.
  const [energy40, area40] = [at45.energyFrom(40, 0.9), at45.areaFrom(40)];
  const adder12 = {
    energy: 30 * 1.5 ** (Math.log(10 / 3) / Math.log(4)),
    area: 36 * 1.5 ** (Math.log(137 / 36) / Math.log(4)),
  };
  const adder16 = { energy: Math.sqrt(30 * 100), area: Math.sqrt(36 * 137) };
  const product16 = { energy: Math.sqrt(200 * 3100), area: Math.sqrt(282 * 3495) };
  const flip = { energy: 9 * energy40, area: 5.98 * area40 };
  const macroBit = (kilobytes: number) => (10_000 / 64) * Math.sqrt(kilobytes / 8);
  const cell14 = 0.0588;

  // Energy in fJ and area in µm² from the formulas of docs/cost.md by hand, at the node and supply of the source.
  it.each([
    ['register', 40, 0.9, { bits: 8 }, 8 * 9, 8 * 5.98],
    ['comparator', 40, 0.9, { bits: 8 }, 29.47 / 4, 71 / 4],
    ['lfsr', 40, 0.9, { bits: 8 }, 1.1 * 8 * 9, 1.1 * 8 * 5.98],
    ['pulse-width-driver', 40, 0.9, { bits: 8 }, 8 * 9 + (32 * 29.47) / 4, 8 * 5.98 + 71 / 4],
    ['adder', 45, 0.9, { bits: 8 }, 30, 36],
    ['adder', 45, 0.9, { bits: 32 }, 100, 137],
    ['multiplier', 45, 0.9, { a: 8, b: 8 }, 200, 282],
    ['multiplier', 45, 0.9, { a: 32, b: 32 }, 3100, 3495],
    ['accumulator', 45, 0.9, { bits: 8 }, 30 + 8 * flip.energy, 36 + 8 * flip.area],
    ['shift-add', 45, 0.9, { bits: 32 }, 100 + 32 * flip.energy, 137 + 32 * flip.area],
    ['sram-buffer', 45, 0.9, { bytes: 8192 }, 10_000 / 64, 2 * 0.346],
    ['sram-buffer', 45, 0.9, { bytes: 32768 }, 20_000 / 64, 2 * 0.346],
    ['sram-buffer', 45, 0.9, { bytes: 1e6 }, 20_000 / 64, 2 * 0.346],
    ['softmax', 45, 0.9, {}, 6 * 1100 + 3 * 400, 1640 + 1360],
    ['activation', 40, 0.9, { bits: 8 }, 29.47 / 4, 71 / 4],
    [
      ...(['activation', 45, 0.9, { bits: 8, table: true }] as const),
      (29.47 / 4) * energy40 + 8 * macroBit(1),
      (71 / 4) * area40 + 1024 * 8 * 0.25 * 2 * 0.346,
    ],
    ['dac', 45, 0.9, { bits: 8 }, 256 * 0.81 + 10, 256 * 0.5 + 5],
    ['sample-and-hold', 45, 0.9, {}, 10 * 0.81, 4],
    ['programming', 45, 0.9, { energy: 10e-12 }, 20_000, 20],
    ['wire', 45, 0.9, { length: 1e-3 }, (4 / 3) * 0.25 * 200 * 0.81, 0],
    ['sram-cim-array', 45, 0.9, {}, 0.5 * 1.2 * 0.81, 2 * 0.346],
    ['adc-cco', 14, 0.8, {}, 51_300, (0.4 * 634_000) / 256],
    ['adc-cco', 14, 0.8, { bits: 6 }, 51_300 / 4, (0.4 * 634_000) / 256],
    ['sense-amplifier', 90, 1.2, {}, 113, 60],
    ['adc-flash', 90, 1.2, { bits: 4 }, 1.2 * 15 * 113, 1.2 * 15 * 60],
    ['multiplexer', 14, 0.8, { ways: 8 }, 8 * 0.2 * 0.64, 8 * 0.1],
    ['row-driver', 14, 0.8, { columns: 256, pitch: 2e-7 }, (4 / 3) * 256 * (0.2 * 0.2 + 0.1) * 0.64, 1],
    [
      ...(['sram-6t', 14, 0.8, { rows: 256 }] as const),
      0.64 * (256 * (Math.sqrt(cell14 / 2) * 0.2 + 0.05) * 0.2 + Math.sqrt(2 * cell14) * 0.2 + 0.1),
      cell14,
    ],
    [
      ...(['sram-8t', 14, 0.8, { rows: 256 }] as const),
      0.64 * (256 * (Math.sqrt((1.3 * cell14) / 2) * 0.2 + 0.05) * 0.5 + Math.sqrt(2 * 1.3 * cell14) * 0.2 + 0.1),
      1.3 * cell14,
    ],
    // 900 and 7,400 F² at 22 nm; 10 µS at 0.2 V for 10 ns from 0.9 V, and the wire of a cell.
    ...(['rram-array', 'mram-array', 'fefet-array'] as const).map(
      name => [name, 22, 0.9, {}, 18 + Math.sqrt(900) * 0.022 * 0.036, 900 * 0.022 ** 2] as const,
    ),
    ['pcm-array', 22, 0.9, {}, 18 + Math.sqrt(7400) * 0.022 * 0.036, 7400 * 0.022 ** 2],
    ['thermal', 65, 1, {}, 360, 200],
    ['thermal-low', 65, 1, {}, 16.3, 50],
    ['fefet-sum', 22, 0.9, {}, 0.64, 16 * 0.23 * 0.092],
    [
      ...(['clt', 45, 0.9, {}] as const),
      12 * 1.1 * 8 * flip.energy + 11 * adder12.energy,
      12 * 1.1 * 8 * flip.area + 11 * adder12.area,
    ],
    [
      ...(['wallace', 45, 0.9, {}] as const),
      32 * macroBit(2) + 2 * adder16.energy + 11 * flip.energy,
      16 * 1024 * 2 * 0.346 + 2 * adder16.area + 11 * flip.area,
    ],
    [
      ...(['box-muller', 45, 0.9, {}] as const),
      (2 * 1.1 * 32 * flip.energy + 4 * 16 * macroBit(1) + 6 * product16.energy) / 2,
      (2 * 1.1 * 32 * flip.area + 4 * 16 * 256 * 2 * 0.346 + 6 * product16.area) / 2,
    ],
    ['control', 45, 0.9, { energy: 1e-9, area: 1e-9, share: 0.25 }, 0.25e6, 250],
  ] as const)('%s at %i nm and %f V, %j, costs what its formula says', (name, nm, voltage, given, energy, area) => {
    const unit = componentUnit(components[name]!, at(nm * 1e-9, voltage), given);
    expect(unit.energy / fJ / energy).toBeCloseTo(1, 9);
    if (area > 0) expect(Math.abs(unit.area / um2 / area - 1)).toBeLessThan(0.02);
    else expect(unit.area).toBe(0);
  });

  it('leaks by its area, or by its memory cells', () => {
    const { leakage, area } = componentUnit(components['adc-sar']!, at45);
    expect(leakage / area).toBeCloseTo(2.2e3, 9);
    // 30 pA a cell at 0.9 V; cells fill half of a macro.
    expect(componentUnit(components['sram-6t']!, at45).leakage).toBeCloseTo(27e-12, 20);
    expect(componentUnit(components['sram-buffer']!, at45).leakage).toBeCloseTo(54e-12, 20);
    expect(componentUnit(components['rram-array']!, at45).leakage).toBe(0);
  });
});

it('orders random numbers from ferroelectric sums to Box–Muller', () => {
  const ladder = randomNumberLadder(at(65e-9, 1.0));
  const energy = Object.fromEntries(ladder.map(rung => [rung.name, rung.energy]));
  // Published: 640 aJ, 16.3 fJ and 360 fJ, the last two at 65 nm.
  expect(energy['fefet-sum']).toBeCloseTo(640e-18, 24);
  expect(energy['thermal-low']).toBeCloseTo(16.3e-15, 22);
  expect(energy.thermal).toBeCloseTo(360e-15, 22);
  expect(ladder[0]!.name).toBe('fefet-sum');
  for (let i = 1; i < ladder.length; i++) expect(ladder[i]!.energy).toBeGreaterThanOrEqual(ladder[i - 1]!.energy);
});

it('stands in docs/cost.md with its formula and spread', () => {
  const page = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
  for (const { name, formula, spread } of Object.values(components)) {
    expect(page).toContain(`| \`${name}\` | ${formula} |`);
    expect(page).toMatch(new RegExp(`\\| \`${name}\` \\|.*\\| ${spread.energy} / ${spread.area} \\|`));
  }
});
