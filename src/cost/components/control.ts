import type { Component } from '../component.ts';

/** Clock tree, sequencing and configuration: a share of everything else. */
export const control: Component<{ readonly energy: number; readonly area: number; readonly share: number }> = {
  name: 'control',
  title: 'clock and control',
  formula: 'a share of the energy and of the periphery area of all other components, 25 % by default',
  validity: '10 to 40 % in published accelerators; the same share in every architecture',
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
