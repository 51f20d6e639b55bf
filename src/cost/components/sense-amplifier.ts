import { cite } from '../citations.ts';
import { type Component, logic, type None } from '../component.ts';

/** Clocked latch that decides which of two inputs is larger. */
export const senseAmplifier: Component<None> = {
  name: 'sense-amplifier',
  title: 'latch-type sense amplifier',
  formula: '113 fJ a decision at 90 nm, 1.2 V; 60 µm² at 90 nm (area: assumption)',
  validity: 'decisions of full-swing latches; offset below 10 mV costs more',
  provenance: 'published',
  clocked: true,
  cite: [cite.Schinkel07],
  spread: { energy: 2, area: 2 },
  usual: {},
  unit: technology => logic(technology, 113e-15 * technology.energyFrom(90, 1.2), 60e-12 * technology.areaFrom(90)),
};
