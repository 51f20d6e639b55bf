import { cite } from '../citations.ts';
import type { Component, None } from '../component.ts';

/** SRAM cell with a metal capacitor that adds charge to a shared line; a use is one bit product, an instance one cell. */
export const sramCimArray: Component<None> = {
  name: 'sram-cim-array',
  title: 'charge-domain SRAM compute array',
  formula: '1.2 fF · V² every other use; twice the 6T area (the capacitor lies above the cell)',
  validity: 'rows of up to 2,304 cells; published at 65 nm',
  provenance: 'published',
  cite: [cite.Valavi19, cite.IntelSram],
  spread: { energy: 1.6, area: 1.4 },
  usual: {},
  unit: technology => ({
    energy: 0.5 * 1.2e-15 * technology.voltage ** 2,
    area: 2 * technology.sramCell,
    leakage: technology.sramLeakage,
  }),
};
