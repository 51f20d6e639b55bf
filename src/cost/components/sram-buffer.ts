import { cite } from '../citations.ts';
import type { Component } from '../component.ts';

/** Share of a memory macro that its cells take (assumption). */
const efficiency = 0.5;

/** SRAM macro that holds activations, tables or parameters; a use moves one bit, an instance is one bit of capacity. */
export const sramBuffer: Component<{ readonly bytes: number }> = {
  name: 'sram-buffer',
  title: 'SRAM buffer',
  formula: '10 pJ for 64 bits of an 8 kB macro (45 nm, 0.9 V), times √(capacity/8 kB); cells fill half of the macro',
  validity: '8 kB to 1 MB measured (20 pJ at 32 kB, 100 pJ at 1 MB); banks of at most 32 kB, smaller ones extrapolated',
  provenance: 'published',
  clocked: true,
  cite: [cite.Horowitz14, cite.IntelSram],
  spread: { energy: 1.5, area: 1.3 },
  usual: { bytes: 8192 },
  unit(technology, { bytes }) {
    const bank = Math.min(Math.max(bytes, 1024), 32768);
    return {
      energy: (10e-12 / 64) * Math.sqrt(bank / 8192) * technology.energyFrom(45, 0.9),
      area: technology.sramCell / efficiency,
      leakage: technology.sramLeakage / efficiency,
    };
  },
};
