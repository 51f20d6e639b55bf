import { insist } from '../base/index.ts';
import type { CommonOptions, Schedule } from './architecture.ts';
import { embeddedMemory, programmingCircuit, wakeUp } from './components/index.ts';
import type { Item, Ledger } from './ledger.ts';
import type { FullWorkload } from './workload.ts';

/** Time that gated logic takes to wake up, s (assumption). */
const wakeTime = 1e-6;

/** Share of its standby power that a gated block keeps, and an SRAM that only holds its content (assumptions). */
const gated = 0.03;
const retained = 0.25;

/** Bits a second that an embedded non-volatile memory gives: 256 every 10 ns (assumption). */
const reloading = 256 / 10e-9;

/** Time after which an embedded memory is written anew where nothing is said, s: ten years. */
const retention = 3.15e8;

/** Endurance and write energy of cells of which nothing is known (assumption). */
const usualWrite = { pulses: 1, energy: 10e-12, duration: 100e-9 };

/** What a design does between decisions. */
export interface Idle {
  readonly name: 'on' | 'retained' | 'off';
  /** W. */
  readonly power: number;
  /** s from sleep to work. */
  readonly time: number;
}

/** The time that arithmetic may take, s: what a deadline and a rate leave beside waking up; undefined where neither is given. */
export function timeFor({ deadline, rate }: Pick<CommonOptions, 'deadline' | 'rate'>): number | undefined {
  const room = Math.min(deadline ?? Number.POSITIVE_INFINITY, rate === undefined ? Number.POSITIVE_INFINITY : 1 / rate);
  if (room === Number.POSITIVE_INFINITY) return undefined;
  return room > 2 * wakeTime ? room - wakeTime : room;
}

/**
 * Enters what a design does between decisions that start `period` seconds apart and keep it busy for `busy` seconds: waking
 * up, reading parameters again, writing cells anew. Of what it may do, what takes the least energy.
 */
export function addIdle(
  ledger: Ledger,
  workload: FullWorkload,
  schedule: Schedule,
  options: CommonOptions,
  { period, busy, latency }: { readonly period: number; readonly busy: number; readonly latency: number },
): Idle {
  const idle = period - busy;
  const { volatileBits = 0, storedBits = 0, cells = 0 } = schedule;
  const memory = ({ component }: Item): boolean => component.name.startsWith('sram');
  const total = (of: (item: Item) => number) => ledger.items.reduce((sum, item) => sum + of(item), 0);
  const standby = total(({ leakage }) => leakage);
  const inMemory = total(item => (memory(item) ? item.leakage : 0));
  const cellsArea = total(item => (!memory(item) && item.component.name.endsWith('-array') ? item.area : 0));
  const area = ledger.area() - cellsArea;
  const logicArea = area - total(item => (memory(item) ? item.area : 0));
  const { technology } = ledger;
  const charge = (gatedArea: number) => wakeUp.unit(technology, { area: gatedArea }).energy;
  const bit = embeddedMemory.unit(technology, {}).energy;
  const choices = [
    { name: 'on', power: standby, time: 0, energy: 0 },
    {
      name: 'retained',
      power: gated * (standby - inMemory) + retained * inMemory,
      time: wakeTime,
      energy: charge(logicArea),
    },
    {
      name: 'off',
      power: gated * standby,
      time: wakeTime + volatileBits / reloading,
      energy: charge(area) + volatileBits * bit,
    },
  ] as const;
  const limit = options.deadline ?? Number.POSITIVE_INFINITY;
  const possible = choices.filter(
    ({ name, time }) =>
      (options.idle === 'best' || options.idle === name) &&
      (name === 'on' || (idle > time && latency + time <= limit * (1 + 1e-9))),
  );
  insist(possible.length > 0, {
    path: ['architecture', 'idle'],
    rule: `'${options.idle}' leaves no time to wake up between decisions or within the deadline`,
    value: options.idle,
    hint: "lower the rate or choose 'best'",
  });
  const spent = ({ power, energy }: (typeof choices)[number]) => power * idle + energy;
  const chosen = possible.reduce((best, one) => (spent(one) < spent(best) ? one : best));
  const gatedArea = { on: 0, retained: logicArea, off: area }[chosen.name];
  if (gatedArea > 0) ledger.add(wakeUp, { area: gatedArea }, { instances: 1, uses: 1 });
  const reloaded = chosen.name === 'off' ? volatileBits : 0;
  if (reloaded > 0) ledger.add(embeddedMemory, {}, { instances: reloaded, uses: reloaded });
  const stored = storedBits + reloaded;
  const refreshed = cells > 0 ? options.refresh : (options.refresh ?? retention);
  const written = cells + stored;
  if (written > 0 && refreshed !== undefined && Number.isFinite(period)) {
    const { pulses, energy } = workload.write ?? usualWrite;
    const uses = (written * (cells > 0 ? pulses : 1) * period) / refreshed;
    ledger.add(programmingCircuit, { energy: cells > 0 ? energy : usualWrite.energy }, { uses });
  }
  return { name: chosen.name, power: chosen.power, time: chosen.time };
}
