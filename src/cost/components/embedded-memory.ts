import { cite } from '../citations.ts';
import type { Component, None } from '../component.ts';
import { rramArray } from './array-rram.ts';
import { senseAmplifier } from './sense-amplifier.ts';
import { sramBuffer } from './sram-buffer.ts';

/** Share of a storage macro that its cells take (assumption). */
const efficiency = 0.5;

/** Embedded non-volatile memory that keeps parameters while the supply is off; a use reads one bit, an instance is one bit. */
export const embeddedMemory: Component<None> = {
  name: 'embedded-memory',
  title: 'embedded non-volatile memory',
  formula:
    'read of a 30 µS RRAM cell at 0.2 V for 10 ns, a sense amplifier, and the path of a bit out of an 8 kB macro; cells fill half of the macro',
  validity: 'storage macros of some megabits',
  provenance: 'assumption',
  cite: [cite.Jain19, cite.Schinkel07, cite.Horowitz14],
  spread: { energy: 2, area: 1.5 },
  usual: {},
  unit(technology) {
    const cell = rramArray.unit(technology, { conductance: 30e-6, readVoltage: 0.2, time: 10e-9 });
    const energy =
      cell.energy + senseAmplifier.unit(technology, {}).energy + sramBuffer.unit(technology, { bytes: 8192 }).energy;
    return { energy, area: cell.area / efficiency, leakage: 0 };
  },
};
