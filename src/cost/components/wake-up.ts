import type { Component } from '../component.ts';

/** Charging what was gated; a use wakes `area` square metres up. */
export const wakeUp: Component<{ readonly area: number }> = {
  name: 'wake-up',
  title: 'waking up',
  formula: '1 nF/mm² of gated area, charged to the supply: C · V²',
  validity: 'logic with its decoupling; the density is an assumption',
  provenance: 'assumption',
  cite: [],
  spread: { energy: 2, area: 1 },
  scaled: false,
  usual: { area: 1e-8 },
  unit: ({ voltage }, { area }) => ({ energy: 1e-3 * area * voltage ** 2, area: 0, leakage: 0 }),
};
