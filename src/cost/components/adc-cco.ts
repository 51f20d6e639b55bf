import { cite } from '../citations.ts';
import { type Component, logic } from '../component.ts';
import { register } from './register.ts';

/** What a current-controlled oscillator counts. */
export interface Oscillation {
  readonly bits: number;
  /** Current that the copy of the column is biased with, A, whatever the data. */
  readonly current: number;
  /** Duration of one conversion, s. */
  readonly time: number;
}

/** Converter that counts the cycles of an oscillator driven with the column's current, one for each sign. */
export const adcCco: Component<Oscillation> = {
  name: 'adc-cco',
  title: 'current-controlled-oscillator converter',
  formula:
    'copy of the column current, biased with its mean over uniform data: V · I · t; two counters of b bits that count to half of the range, two flip-flops a count; oscillator and linearisation as two counters again; 60 flip-flops of area',
  validity: '6 to 9 bits, LSB of about 300 ps at 14 nm',
  provenance: 'assumption',
  cite: [cite.Hermes21, cite.Shao14],
  spread: { energy: 1.8, area: 1.8 },
  usual: { bits: 8, current: 60e-6, time: 130e-9 },
  unit(technology, { bits, current, time }) {
    const flip = register.unit(technology, { bits: 1 });
    const counts = 2 ** (bits - 1);
    return logic(technology, technology.voltage * current * time + 4 * counts * flip.energy * 2, 60 * flip.area);
  },
};
