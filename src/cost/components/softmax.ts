import { cite } from '../citations.ts';
import { type Component, logic, type None } from '../component.ts';

/** Softmax of one class in half precision: exponential, sum, division. */
export const softmax: Component<None> = {
  name: 'softmax',
  title: 'softmax unit',
  formula:
    'six products and three sums of half precision: 6·1.1 pJ + 3·0.4 pJ at 45 nm, 0.9 V; one of each in area, 1640 + 1360 µm²',
  validity: 'the number of operations is an assumption',
  provenance: 'assumption',
  clocked: true,
  cite: [cite.Horowitz14],
  spread: { energy: 2, area: 2 },
  usual: {},
  unit: technology => logic(technology, 7.8e-12 * technology.energyFrom(45, 0.9), 3000e-12 * technology.areaFrom(45)),
};
