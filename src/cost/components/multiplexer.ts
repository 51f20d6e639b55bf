import { type Component, logic } from '../component.ts';

/** Analog selector of one of `ways` columns. */
export const multiplexer: Component<{ readonly ways: number }> = {
  name: 'multiplexer',
  title: 'analog multiplexer',
  formula: 'ways · 0.2 fF · V² at 14 nm, proportional to the node; ways · 0.1 µm² at 14 nm',
  validity: '2 to 256 ways',
  provenance: 'assumption',
  cite: [],
  spread: { energy: 2, area: 2 },
  usual: { ways: 8 },
  unit(technology, { ways }) {
    const load = ways * 0.2e-15 * (technology.node / 14e-9);
    return logic(technology, load * technology.voltage ** 2, ways * 0.1e-12 * technology.areaFrom(14));
  },
};
