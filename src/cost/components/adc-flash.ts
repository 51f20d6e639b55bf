import { insist } from '../../base/index.ts';
import { cite } from '../citations.ts';
import type { Component } from '../component.ts';
import type { Conversion } from './adc-sar.ts';
import { senseAmplifier } from './sense-amplifier.ts';

/** 2^b − 1 comparators at once. */
export const adcFlash: Component<Conversion> = {
  name: 'adc-flash',
  title: 'flash analog-to-digital converter',
  formula: '(2^b − 1) sense amplifiers, a fifth more for the ladder and the encoder',
  validity: '1 to 6 bits',
  provenance: 'published',
  cite: [cite.Schinkel07],
  spread: { energy: 2, area: 2 },
  usual: { bits: 4, rate: 100e6 },
  unit(technology, { bits }) {
    insist(bits <= 6, {
      path: ['architecture', 'adcBits'],
      rule: 'must be at most 6 bits for a flash converter',
      value: bits,
      hint: "take the 'sar' converter",
    });
    const one = senseAmplifier.unit(technology, {});
    const factor = 1.2 * (2 ** bits - 1);
    return { energy: factor * one.energy, area: factor * one.area, leakage: factor * one.leakage };
  },
};
