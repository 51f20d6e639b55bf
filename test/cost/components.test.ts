import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adcRegression, components, componentUnit, randomNumberLadder, technology } from '../../src/cost/index.ts';

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

  it('returns its published point at its own node', () => {
    const own = at(45e-9, 0.9);
    const energy = (name: string, given: Record<string, number>) => componentUnit(components[name]!, own, given).energy;
    // Horowitz14 at 45 nm, 0.9 V: additions of 8 and 32 bits, products of 8 and 32 bits, 64 bits of an 8 kB macro.
    expect(energy('adder', { bits: 8 })).toBeCloseTo(0.03e-12, 18);
    expect(energy('adder', { bits: 32 })).toBeCloseTo(0.1e-12, 18);
    expect(energy('multiplier', { a: 8, b: 8 })).toBeCloseTo(0.2e-12, 18);
    expect(energy('multiplier', { a: 32, b: 32 })).toBeCloseTo(3.1e-12, 18);
    expect(64 * energy('sram-buffer', { bytes: 8192 })).toBeCloseTo(10e-12, 18);
    expect(64 * energy('sram-buffer', { bytes: 32768 })).toBeCloseTo(20e-12, 18);
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
