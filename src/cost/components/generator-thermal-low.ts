import { cite } from '../citations.ts';
import { type Component, logic, type None } from '../component.ts';

/** The frugal in-word generator. */
export const thermalLow: Component<None> = {
  name: 'thermal-low',
  title: 'low-energy in-word generator',
  formula: '16.3 fJ a sample at 65 nm, 1.0 V; 50 µm² at 65 nm (area: assumption)',
  validity: '65 nm as published; scaled as logic elsewhere',
  provenance: 'published',
  cite: [cite.RandomLadder],
  spread: { energy: 2, area: 2 },
  usual: {},
  unit: technology => logic(technology, 16.3e-15 * technology.energyFrom(65, 1.0), 50e-12 * technology.areaFrom(65)),
};
