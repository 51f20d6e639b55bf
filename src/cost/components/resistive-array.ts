import type { Component } from '../component.ts';

/** One read of one cell. */
export interface CellRead {
  /** Mean conductance of the cells, S. */
  readonly conductance: number;
  /** Voltage over the cell, V. */
  readonly readVoltage: number;
  /** Mean time the cell conducts in one use, s. */
  readonly time: number;
}

/**
 * Array of one-transistor-one-resistor cells. The cell's current comes from the supply through a regulator, so a read
 * costs V_supply · V_read · G · t, not V_read² · G · t; the bit line adds its wire. The conductance and the time are
 * means over the actual cells and inputs. Areas are those of arrays that compute: their access transistors carry programming
 * currents at programming voltages, and each cell has lines of its own, so that they are ten and more times as large as the
 * same cells for storage.
 */
export function resistiveArray(
  about: Pick<Component, 'name' | 'title' | 'cite' | 'validity' | 'provenance'> & {
    readonly squares: number;
    readonly areaSpread: number;
  },
): Component<CellRead> {
  return {
    name: about.name,
    title: about.title,
    validity: about.validity,
    formula: `V_supply · V_read · G · t + wire of one cell of bit line; ${`${about.squares}`.replace(/\B(?=(\d{3})+$)/g, ',')} F²`,
    provenance: about.provenance,
    cite: about.cite,
    spread: { energy: 1.3, area: about.areaSpread },
    scaled: false,
    usual: { conductance: 10e-6, readVoltage: 0.2, time: 10e-9 },
    unit(technology, { conductance, readVoltage, time }) {
      const cell = about.squares * technology.node ** 2;
      const wire = Math.sqrt(cell) * technology.wireCapacitance * readVoltage * technology.voltage;
      return { energy: technology.voltage * readVoltage * conductance * time + wire, area: cell, leakage: 0 };
    },
  };
}
