import { cite } from '../citations.ts';
import type { Component, None } from '../component.ts';
import { rramArray } from './array-rram.ts';
import { senseAmplifier } from './sense-amplifier.ts';
import { sramBuffer } from './sram-buffer.ts';

/** Share of a storage macro that its cells take (assumption). */
const efficiency = 0.5;

/** A storage cell of RRAM as a share of a 6T cell: 0.0486 µm² beside 0.092 at 22 nm, 53 F² beside 0.242 µm² at 40 nm. */
const storage = 0.43;

/** Embedded non-volatile memory that keeps parameters while the supply is off; a use reads one bit, an instance is one bit. */
export const embeddedMemory: Component<None> = {
  name: 'embedded-memory',
  title: 'embedded non-volatile memory',
  formula:
    'read of a 30 µS RRAM cell at 0.2 V for 10 ns, a sense amplifier, and the path of a bit out of an 8 kB macro; 0.43 of a 6T cell, which fill half of the macro',
  validity: 'storage macros of some megabits',
  provenance: 'assumption',
  cite: [cite.Jain19, cite.Chou18, cite.Schinkel07, cite.Horowitz14],
  spread: { energy: 2, area: 1.5 },
  usual: {},
  unit(technology) {
    const cell = rramArray.unit(technology, { conductance: 30e-6, readVoltage: 0.2, time: 10e-9 });
    const energy =
      cell.energy + senseAmplifier.unit(technology, {}).energy + sramBuffer.unit(technology, { bytes: 8192 }).energy;
    return { energy, area: (storage * technology.sramCell) / efficiency, leakage: 0 };
  },
};
