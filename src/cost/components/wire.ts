import { cite } from '../citations.ts';
import type { Component } from '../component.ts';

/** Repeated wire; a use moves one bit over `length` metres. */
export const wire: Component<{ readonly length: number }> = {
  name: 'wire',
  title: 'wires and H-tree',
  formula: '¼ · 0.2 fF/µm · length · V² a bit (random data), a third more for repeaters; area above the logic',
  validity: 'up to 10 mm',
  provenance: 'published',
  cite: [cite.Ho01],
  spread: { energy: 1.5, area: 1 },
  scaled: false,
  usual: { length: 1e-3 },
  unit: (technology, { length }) => ({
    energy: (1 / 3) * technology.wireCapacitance * length * technology.voltage ** 2,
    area: 0,
    leakage: 0,
  }),
};
