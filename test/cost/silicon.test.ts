import { describe, expect, it } from 'vitest';
import { silicon } from '../../src/cost/index.ts';
import { type Compared, calibrationOf } from '../../src/cost/silicon/calibration.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';

const [anyMacro] = silicon().macros;

/** Macros of one class with these ratios of energies. */
const withRatios = (ratios: readonly number[], more: Partial<Compared['macro']> = {}): Compared[] =>
  ratios.map(energy => ({ macro: { ...anyMacro!.macro, class: 'resistive', assumed: undefined, ...more }, energy }));

describe('measured macros', () => {
  it('say where every figure was read, and what was assumed', () => {
    for (const { macro, energy, area } of silicon().macros) {
      expect(macro.conditions.length, macro.name).toBeGreaterThan(60);
      expect(macro.cite.length).toBeGreaterThan(0);
      expect(energy ?? area).toBeGreaterThan(0);
      for (const figure of [macro.energyPerOperation, macro.area]) {
        if (figure) expect(['title', 'abstract', 'secondary']).toContain(figure[1]);
      }
    }
  });

  it('from which cells and converters were derived come out', () => {
    const of = (name: string) => silicon().macros.find(({ macro }) => macro.name === name)!;
    for (const name of ['HERMES core', 'Yao 2024']) expect(Math.abs(of(name).area! - 1)).toBeLessThan(0.05);
  });

  it('give no interval where there are fewer than five', () => {
    for (const { energy, area } of Object.values(silicon().classes)) {
      for (const found of [energy, area]) if (found && found.count < 5) expect(found.interval).toBeUndefined();
    }
    expect(silicon().classes.resistive.energy).toMatchObject({ count: 3 });
  });
});

describe('the calibration of a class', () => {
  it('is the geometric mean, with the interval of the next one by Student’s t', () => {
    const found = calibrationOf(withRatios([1, 2, 4, 8, 16]), 'resistive', 'energy')!;
    expect(found.factor).toBeCloseTo(4, 12);
    // python: scipy.stats.t.ppf(.95, 4) = 2.1318; ln 2 · √2.5 · √1.2 · 2.132 = 2.5595; 4·exp(±2.5595)
    expect(found.interval![0]).toBeCloseTo(4 * Math.exp(-2.5595), 3);
    expect(found.interval![1] / (4 * Math.exp(2.5595))).toBeCloseTo(1, 3);
  });

  it('leaves out macros of which something was assumed, and other classes', () => {
    const mixed = [
      ...withRatios([1, 1, 1]),
      ...withRatios([100], { assumed: 'x' }),
      ...withRatios([100], { class: 'digital SRAM' }),
    ];
    expect(calibrationOf(mixed, 'resistive', 'energy')).toEqual({ count: 3, factor: 1 });
    expect(calibrationOf(mixed, 'charge-domain SRAM', 'energy')).toBeNull();
    expect(calibrationOf(mixed, 'resistive', 'area')).toBeNull();
  });

  it('covers nine in ten of numbers that are as it takes them to be, each left out in turn', () => {
    let inside = 0;
    let of = 0;
    for (let k = 0; k < 200; k++) {
      const ratios = fillNormal(fold(keyOf(1), `${k}`), new Float64Array(8)).map(Math.exp);
      const { coverage } = calibrationOf(withRatios([...ratios]), 'resistive', 'energy')!;
      inside += coverage!.inside;
      of += coverage!.of;
      expect(coverage!.low).toBeLessThanOrEqual(coverage!.inside / 8);
      expect(coverage!.high).toBeGreaterThanOrEqual(coverage!.inside / 8);
    }
    // Four standard errors of 0.9 over 200 sets of eight.
    expect(Math.abs(inside / of - 0.9)).toBeLessThan(4 * Math.sqrt(0.09 / 200));
  });

  it('gives the share that is covered with Wilson’s interval', () => {
    const { coverage } = calibrationOf(withRatios([1, 1.1, 0.9, 1.05, 1000]), 'resistive', 'energy')!;
    // python: statsmodels.stats.proportion.proportion_confint(4, 5, method='wilson') = (0.3755, 0.9638)
    expect(coverage!.inside).toBe(4);
    expect(coverage!.low).toBeCloseTo(0.3755, 3);
    expect(coverage!.high).toBeCloseTo(0.9638, 3);
  });
});
