import type { Component } from '../component.ts';

/** Clock tree, sequencing and configuration: a share of the logic, memories and lines that are clocked. */
export const control: Component<{ readonly energy: number; readonly area: number; readonly share: number }> = {
  name: 'control',
  title: 'clock and control',
  formula:
    'a share of the energy of clocked logic, memories and lines and of the area of that logic, 25 % by default; currents through cells and converters carry none',
  validity: '10 to 40 %; the same share in every architecture; no source was read for it',
  provenance: 'assumption',
  cite: [],
  spread: { energy: 1.4, area: 1.4 },
  usual: { energy: 1e-9, area: 1e-9, share: 0.25 },
  unit: (technology, { energy, area, share }) => ({
    energy: share * energy,
    area: share * area,
    leakage: share * area * technology.logicLeakage,
  }),
};
