import { cite } from '../citations.ts';
import type { Component } from '../component.ts';
import type { Technology } from '../technology.ts';

/**
 * Energy of moving one bit line: rows of cells with their wire (0.2 fF/µm) and drain (0.05 fF a cell at 14 nm,
 * proportional to the node: assumption), by a swing of a fifth of the supply (assumption).
 */
function bitLine(technology: Technology, rows: number, cell: number, swing: number): number {
  const pitch = Math.sqrt(cell / 2);
  const drain = 0.05e-15 * (technology.node / 14e-9);
  return rows * (pitch * technology.wireCapacitance + drain) * technology.voltage * technology.voltage * swing;
}

/** Charging the gates (0.1 fF a cell at 14 nm: assumption) and the wire of a word line, per cell. */
function wordLine(technology: Technology, cell: number): number {
  const pitch = Math.sqrt(2 * cell);
  const gate = 0.1e-15 * (technology.node / 14e-9);
  return (pitch * technology.wireCapacitance + gate) * technology.voltage * technology.voltage;
}

const shared = {
  validity: 'whole rows of 64 to 512 cells; the sense amplifiers are counted apart',
  provenance: 'assumption',
  clocked: true,
  usual: { rows: 256 },
  spread: { energy: 1.6, area: 1.2 },
} as const;

/** 6T cells; a use reads one bit of a row that is read whole, an instance is one cell. */
export const sram6t: Component<{ readonly rows: number }> = {
  ...shared,
  name: 'sram-6t',
  title: '6T SRAM array',
  formula: 'bit line of `rows` cells swung by V/5 + one cell of word line; published cell areas',
  cite: [cite.IntelSram, cite.Wu16, cite.Ho01],
  unit: (technology, { rows }) => ({
    energy: bitLine(technology, rows, technology.sramCell, 0.2) + wordLine(technology, technology.sramCell),
    area: technology.sramCell,
    leakage: technology.sramLeakage,
  }),
};

/** 8T cells with their own, full-swing read line, which falls for every other bit. */
export const sram8t: Component<{ readonly rows: number }> = {
  ...shared,
  name: 'sram-8t',
  title: '8T SRAM array',
  formula: 'read line of `rows` cells swung by V every other read + one cell of word line; 1.3 × the 6T area',
  cite: [cite.Chang08, cite.IntelSram, cite.Ho01],
  unit(technology, { rows }) {
    const cell = 1.3 * technology.sramCell;
    return {
      energy: bitLine(technology, rows, cell, 0.5) + wordLine(technology, cell),
      area: cell,
      leakage: 1.3 * technology.sramLeakage,
    };
  },
};
