import { cite } from '../citations.ts';
import { type Component, logic, type None } from '../component.ts';

/** Thermal noise of a small circuit inside a memory word: one Gaussian weight offset a sample. */
export const thermal: Component<None> = {
  name: 'thermal',
  title: 'in-word thermal-noise generator',
  formula: '360 fJ a sample at 65 nm, 1.0 V; 200 µm² at 65 nm (area: assumption). A later design reports 16.3 fJ',
  validity: '65 nm as published; scaled as logic elsewhere',
  provenance: 'published',
  cite: [cite.RandomLadder],
  spread: { energy: 2, area: 2 },
  usual: {},
  unit: technology => logic(technology, 360e-15 * technology.energyFrom(65, 1.0), 200e-12 * technology.areaFrom(65)),
};
