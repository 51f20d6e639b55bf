import { cite } from '../citations.ts';
import type { Component, None } from '../component.ts';

/** Sum of the stochastic currents of ferroelectric transistors. */
export const fefetSum: Component<None> = {
  name: 'fefet-sum',
  title: 'FeFET-sum Gaussian generator',
  formula: '640 aJ a sample; 16 cells of 0.23 of a 6T cell (area: assumption)',
  validity: 'the cells alone, without drivers and sensing; not scaled with the node',
  provenance: 'published',
  cite: [cite.RandomLadder, cite.Dunkel17],
  spread: { energy: 2, area: 2 },
  scaled: false,
  usual: {},
  unit: technology => ({ energy: 640e-18, area: 16 * 0.23 * technology.sramCell, leakage: 0 }),
};
