import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';

/**
 * Converter that counts the cycles of an oscillator driven with the column's current, one for each sign. The chip of the source
 * draws the same power in one phase and in four (9.76 TOPS/W at 63.1 TOPS, 2.48 at 16.1), so that nearly all of its energy goes
 * by the phase and not by the data: (52.85 − 13.43) nJ / 3 for 256 columns of 256 rows, with drivers, the local digital unit and
 * its share of the links.
 */
export const adcCco: Component<{ readonly bits: number }> = {
  name: 'adc-cco',
  title: 'current-controlled-oscillator converter',
  formula:
    '51.3 pJ at 8 bits, 14 nm and 0.8 V, twice as much a bit more, with the drivers and the digital unit of its column; 40 % of a 0.634 mm² core over 256 of them',
  validity: '6 to 9 bits; one chip measured, the share of the area from a secondary source',
  provenance: 'published',
  cite: [cite.Hermes, cite.Hermes21],
  spread: { energy: 1.8, area: 2 },
  usual: { bits: 8 },
  unit(technology, { bits }) {
    const energy = 51.3e-12 * 2 ** (bits - 8) * technology.energyFrom(14, 0.8);
    return logic(technology, energy, ((0.4 * 0.634e-6) / 256) * technology.areaFrom(14));
  },
};
