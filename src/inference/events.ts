import type { Saturation } from '../crossbar/index.ts';

/** What happened on a chip: counts that prices are sums over, and what left its converter's range. */
export interface Events {
  /** Reads of a row block of an array: its open word lines driven once and its columns sensed. */
  readonly reads: number;
  /** Conversions of a column's partial sum. */
  readonly conversions: number;
  /** Conversions of an input for a word line of one array; bias lines are driven without one. */
  readonly inputConversions: number;
  /** Cells programmed while predicting. */
  readonly writes: number;
  /** Random bits drawn by circuits beside the cells. */
  readonly bits: number;
  readonly saturation: Saturation;
}

export const noEvents: Events = {
  reads: 0,
  conversions: 0,
  inputConversions: 0,
  writes: 0,
  bits: 0,
  saturation: { inputs: 0, inputsOf: 0, outputs: 0, outputsOf: 0 },
};

/** Both together: the events of parts add up to those of the whole, however it was cut. */
export function addEvents(a: Events, b: Events): Events {
  return {
    reads: a.reads + b.reads,
    conversions: a.conversions + b.conversions,
    inputConversions: a.inputConversions + b.inputConversions,
    writes: a.writes + b.writes,
    bits: a.bits + b.bits,
    saturation: {
      inputs: a.saturation.inputs + b.saturation.inputs,
      inputsOf: a.saturation.inputsOf + b.saturation.inputsOf,
      outputs: a.saturation.outputs + b.saturation.outputs,
      outputsOf: a.saturation.outputsOf + b.saturation.outputsOf,
    },
  };
}

/** The same some times over. */
export function timesEvents(
  { reads, conversions, inputConversions, writes, bits, saturation }: Events,
  times: number,
): Events {
  const { inputs, inputsOf, outputs, outputsOf } = saturation;
  return {
    reads: times * reads,
    conversions: times * conversions,
    inputConversions: times * inputConversions,
    writes: times * writes,
    bits: times * bits,
    saturation: {
      inputs: times * inputs,
      inputsOf: times * inputsOf,
      outputs: times * outputs,
      outputsOf: times * outputsOf,
    },
  };
}
