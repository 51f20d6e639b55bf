import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';

/** Drives one word line of `columns` cells of `pitch` metres to the supply. */
export const rowDriver: Component<{ readonly columns: number; readonly pitch: number }> = {
  name: 'row-driver',
  title: 'word-line driver',
  formula:
    '(wire 0.2 fF/µm + gate 0.1 fF a cell at 14 nm, proportional to the node) · columns · V², a third more for the driver itself; 1 µm² at 14 nm',
  validity: '64 to 512 columns',
  provenance: 'assumption',
  clocked: true,
  cite: [cite.Ho01],
  spread: { energy: 1.5, area: 1.8 },
  usual: { columns: 256, pitch: 2e-7 },
  unit(technology, { columns, pitch }) {
    const gate = 0.1e-15 * (technology.node / 14e-9);
    const line = columns * (pitch * technology.wireCapacitance + gate);
    return logic(technology, (4 / 3) * line * technology.voltage ** 2, 1e-12 * technology.areaFrom(14));
  },
};
