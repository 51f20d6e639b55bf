import type { Unit } from './component.ts';
import { boxMuller, clt, fefetSum, lfsr, thermal, thermalLow, wallace } from './components/index.ts';
import type { Count, Ledger } from './ledger.ts';
import type { Technology } from './technology.ts';

/** Circuits that make Gaussian or uniform numbers, by the name an architecture asks for them. */
export const generators = {
  lfsr: (ledger: Ledger, bits: number, count: Count) => ledger.add(lfsr, { bits }, count),
  clt: (ledger: Ledger, _bits: number, count: Count) => ledger.add(clt, { terms: 12 }, count),
  'box-muller': (ledger: Ledger, _bits: number, count: Count) => ledger.add(boxMuller, {}, count),
  wallace: (ledger: Ledger, _bits: number, count: Count) => ledger.add(wallace, {}, count),
  thermal: (ledger: Ledger, _bits: number, count: Count) => ledger.add(thermal, {}, count),
  'thermal-low': (ledger: Ledger, _bits: number, count: Count) => ledger.add(thermalLow, {}, count),
  'fefet-sum': (ledger: Ledger, _bits: number, count: Count) => ledger.add(fefetSum, {}, count),
} as const satisfies Record<string, (ledger: Ledger, bits: number, count: Count) => Unit>;

export type GeneratorName = keyof typeof generators;

export const generatorNames = Object.keys(generators) as [GeneratorName, ...GeneratorName[]];

/** One rung: what one random number costs. */
export interface Rung {
  readonly name: string;
  readonly title: string;
  readonly energy: number;
  readonly area: number;
}

/** The generators from the cheapest number to the dearest, at one process; the shift register delivers 8 bits. */
export function randomNumberLadder(technology: Technology): Rung[] {
  const rungs = [
    [fefetSum, fefetSum.unit(technology, {})],
    [thermalLow, thermalLow.unit(technology, {})],
    [lfsr, lfsr.unit(technology, { bits: 8 })],
    [clt, clt.unit(technology, { terms: 12 })],
    [thermal, thermal.unit(technology, {})],
    [wallace, wallace.unit(technology, {})],
    [boxMuller, boxMuller.unit(technology, {})],
  ] as const;
  return rungs
    .map(([{ name, title }, { energy, area }]) => ({ name, title, energy, area }))
    .sort((a, b) => a.energy - b.energy);
}
