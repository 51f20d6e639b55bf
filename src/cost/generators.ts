import { insist } from '../base/index.ts';
import type { Component } from './component.ts';
import { boxMuller, clt, fefetSum, lfsr, thermal, thermalLow, wallace } from './components/index.ts';
import type { Count, Ledger } from './ledger.ts';
import type { Technology } from './technology.ts';

/** Circuits that make Gaussian or uniform numbers, by the name an architecture asks for them. */
const generators = {
  lfsr,
  clt,
  'box-muller': boxMuller,
  wallace,
  thermal,
  'thermal-low': thermalLow,
  'fefet-sum': fefetSum,
} as const;

export type GeneratorName = keyof typeof generators;

export const generatorNames = Object.keys(generators) as [GeneratorName, ...GeneratorName[]];

/** Enters a generator, which must be one; the shift register makes numbers of `bits` bits. */
export function addGenerator(ledger: Ledger, name: GeneratorName | 'none', count: Count, bits = 8): void {
  insist(name !== 'none', {
    path: ['architecture', 'generator'],
    rule: "entropy 'generator' needs a generator circuit",
    value: 'none',
    hint: `choose one of ${generatorNames.join(', ')}`,
  });
  const circuit: Component = generators[name];
  ledger.add(circuit, { ...circuit.usual, ...(name === 'lfsr' ? { bits } : {}) }, count);
}

/** One rung: what one random number costs. */
export interface Rung {
  readonly name: string;
  readonly title: string;
  readonly energy: number;
  readonly area: number;
}

/** The generators from the cheapest number to the dearest, at one process; the shift register delivers 8 bits. */
export const randomNumberLadder = (technology: Technology): Rung[] =>
  Object.values<Component>(generators)
    .map(({ name, title, usual, unit }) => {
      const { energy, area } = unit(technology, usual);
      return { name, title, energy, area };
    })
    .sort((a, b) => a.energy - b.energy);
