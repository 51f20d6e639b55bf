import { describe, expect, it } from 'vitest';
import {
  type ArchitectureInput,
  architectureOptions,
  type Estimate,
  estimate,
  totalsOf,
  type Workload,
} from '../../src/cost/index.ts';
import { mlp } from './mlp.ts';

const digital: Workload = { ...mlp, entropy: 'none', posterior: 'point' };
const core = { kind: 'analog-core' } as const;
const sram = { kind: 'digital-sram', generator: 'none' } as const;

const at = (workload: Workload, architecture: ArchitectureInput): Estimate =>
  estimate(workload, architectureOptions(architecture));

/** J a decision without what goes by standby. */
const switching = ({ items }: Estimate) => items.reduce((sum, { energy }) => sum + energy, 0);
const leaking = ({ items }: Estimate, memory: boolean) =>
  items.reduce((sum, { component, leakage }) => sum + (component.name.startsWith('sram') === memory ? leakage : 0), 0);
const energyOf = (design: Estimate) => totalsOf(design).energyPerDecision;
const item = (design: Estimate, name: string) => design.items.find(({ component }) => component.name === name);

describe('between decisions', () => {
  it('all that is on leaks for the whole time', () => {
    const design = at(mlp, { ...core, rate: 100, idle: 'on' });
    const standby = leaking(design, true) + leaking(design, false);
    expect(energyOf(design) / (switching(design) + standby / 100)).toBeCloseTo(1, 12);
    expect(totalsOf(design).power).toBeCloseTo(100 * energyOf(design), 15);
    expect(item(design, 'wake-up')).toBeUndefined();
  });

  it('gated logic keeps 3 % and memories a quarter, after the time at work', () => {
    const design = at(digital, { ...sram, rate: 100, idle: 'retained' });
    const { busy, latency } = design;
    expect(latency - busy).toBeCloseTo(1e-6, 12);
    const working = (leaking(design, true) + leaking(design, false)) * busy;
    const asleep = (0.25 * leaking(design, true) + 0.03 * leaking(design, false)) * (0.01 - busy);
    expect(energyOf(design) / (switching(design) + working + asleep)).toBeCloseTo(1, 12);
    // Logic alone is woken up: 1 nF/mm² of it to the supply.
    const { voltage } = design.technology;
    const logic = design.items
      .filter(({ component }) => !component.name.startsWith('sram'))
      .reduce((sum, { area }) => sum + area, 0);
    expect(item(design, 'wake-up')!.energy / (1e-3 * logic * voltage ** 2)).toBeCloseTo(1, 9);
  });

  it('what is off keeps 3 %, and reads the parameters again from a memory of its own', () => {
    const on = at(digital, { ...sram, rate: 100, idle: 'on' });
    const design = at(digital, { ...sram, rate: 100, idle: 'off' });
    const bits = 8 * (65 * 32 + 33 * 4);
    expect(item(design, 'embedded-memory')).toMatchObject({ instances: bits, uses: bits });
    expect(item(on, 'embedded-memory')).toBeUndefined();
    // 256 bits every 10 ns, and a microsecond to wake up.
    expect(design.latency - on.latency).toBeCloseTo(1e-6 + (bits / 256) * 10e-9, 12);
    const { busy } = design;
    const standby = leaking(design, true) + leaking(design, false);
    expect(energyOf(design) / (switching(design) + standby * busy + 0.03 * standby * (0.01 - busy))).toBeCloseTo(1, 12);
    // Ten years of keeping: a write of 10 pJ, doubled for the pump, of every bit.
    expect(item(design, 'programming')!.energy / ((2 * 10e-12 * bits * 0.01) / 3.15e8)).toBeCloseTo(1, 9);
  });

  it('cells that keep without a supply need nothing read again', () => {
    const design = at(mlp, { ...core, rate: 100, idle: 'off' });
    expect(item(design, 'embedded-memory')).toBeUndefined();
    expect(item(design, 'programming')).toBeUndefined();
    expect(design.latency - at(mlp, { ...core, rate: 100, idle: 'on' }).latency).toBeCloseTo(1e-6, 12);
  });

  it('takes what costs least and keeps the deadline', () => {
    for (const [workload, architecture] of [
      [mlp, core],
      [digital, sram],
    ] as const) {
      for (const rate of [1, 1e3, 1e5]) {
        const names = ['on', 'retained', 'off'] as const;
        const each = names.map(idle => {
          try {
            return energyOf(at(workload, { ...architecture, rate, idle }));
          } catch {
            return Number.POSITIVE_INFINITY;
          }
        });
        const best = at(workload, { ...architecture, rate });
        expect(energyOf(best)).toBeCloseTo(Math.min(...each), 18);
        expect(best.idle.name).toBe(names[each.indexOf(Math.min(...each))]);
      }
    }
    const slow = at(digital, { ...sram, rate: 1, deadline: '10 ms' });
    const soon = at(digital, { ...sram, rate: 1, deadline: '5 us' });
    expect(slow.idle.name).toBe('off');
    expect(soon.idle.name).not.toBe('off');
    expect(soon.latency).toBeLessThanOrEqual(5e-6);
  });

  it('has as few lanes as rate and deadline leave time for', () => {
    const lanes = (more: object) => item(at(digital, { ...sram, ...more }), 'multiplier')!.instances;
    const work = 16 * (65 * 32 + 33 * 4);
    expect(lanes({})).toBe(256);
    // A deadline of 1 ms leaves all but the microsecond of waking up.
    expect(lanes({ rate: 10, deadline: '1 ms' })).toBe(1);
    const few = lanes({ rate: 10, deadline: '6 us' });
    const cycles = (n: number) => 16 * (Math.ceil((65 * 32) / n) + Math.ceil((33 * 4) / n));
    expect(cycles(few)).toBeLessThanOrEqual(5e-6 * 500e6);
    expect(cycles(few - 1)).toBeGreaterThan(5e-6 * 500e6);
    expect(few).toBeGreaterThanOrEqual(work / (5e-6 * 500e6));
  });

  it('energy falls with the rate towards what a decision takes by itself', () => {
    const energies = [1, 10, 100, 1e3, 1e4, 1e5].map(rate => energyOf(at(mlp, { ...core, rate })));
    expect(energies).toEqual([...energies].sort((a, b) => b - a));
    expect(energies.at(-1)! / energyOf(at(mlp, core))).toBeLessThan(1.2);
  });
});
