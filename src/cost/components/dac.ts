import { cite } from '../citations.ts';
import type { Component } from '../component.ts';

/** Voltage converter of one row: a capacitor ladder. */
export const dac: Component<{ readonly bits: number }> = {
  name: 'dac',
  title: 'capacitive DAC',
  formula: '2^bits · 1 fF · V² + 10 fJ of buffer at 45 nm; 2^bits · 0.5 µm² + 5 µm² at 45 nm',
  validity: '1 to 8 bits; unit capacitor and buffer are assumptions',
  provenance: 'assumption',
  cite: [cite.Shafiee16],
  spread: { energy: 2, area: 2 },
  usual: { bits: 8 },
  unit(technology, { bits }) {
    const units = 2 ** bits;
    return {
      energy: units * 1e-15 * technology.voltage ** 2 + 10e-15 * technology.energyFrom(45, 0.9),
      area: (units * 0.5e-12 + 5e-12) * technology.areaFrom(45),
      leakage: 0,
    };
  },
};
