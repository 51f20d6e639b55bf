import type { Citation } from '../base/index.ts';

/** A curve over the target conductance in siemens. */
export type Curve = (target: number) => number;

/** A curve over the target conductance in siemens and the time since programming in seconds. */
export type TimedCurve = (target: number, time: number) => number;

/** Kinds of memory cell that areas and prices are known of. */
export const cellKinds = ['rram', 'pcm', 'mram', 'fefet'] as const;

export type CellKind = (typeof cellKinds)[number];

/**
 * The physics of one kind of memory cell: what a target conductance becomes, when, and how much it varies.
 * Conductances are in siemens, times in seconds since programming, `target` is the conductance asked for.
 *
 * Three randomnesses stay separate: device-to-device (frozen for a chip's life), cycle-to-cycle (redrawn at each
 * programming) and read (redrawn, with memory, at each read).
 */
export interface Device {
  /** Name in the registry, such as `pcm-ibm`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** Where the numbers come from. */
  readonly provenance: 'measured' | 'published fit' | 'assumption';
  /** What the cells went through before the reads, such as 30 minutes at 80 °C: a condition, no time after programming. */
  readonly condition?: string;
  /** What is assumed, over which range the source holds, and other caveats. */
  readonly note?: string;
  readonly cite: readonly Citation[];
  /** Kind of memory cell, which a price depends on; `rram` where absent. */
  readonly cell?: CellKind;
  /** Conductances that can be programmed, S. A target of 0 leaves the cell at rest. */
  readonly range: { readonly low: number; readonly high: number };
  /** The only conductances that can be programmed, ascending, S; the whole range where absent. */
  readonly levels?: readonly number[];
  /** The state of a cell that is not programmed (RESET), S. Where `range.low` is 0 this is the state at target 0. */
  readonly rest: {
    readonly mean: number;
    /** Cycle-to-cycle spread, S. */
    readonly std: number;
    /** Device-to-device part of the spread, S; none by default. */
    readonly deviceStd?: number;
    readonly shape: 'normal' | 'lognormal';
  };
  /** Voltage of a read, V. */
  readonly readVoltage: number;
  /** Time at which the statistics should be taken when nothing else is said, s: 6 for filamentary RRAM, 86,400 for PCM. */
  readonly referenceTime: number;
  /** SET (compliance) current that programs a target, A; absent where programming is not by current. */
  readonly setCurrent?: Curve;
  readonly programming: {
    /** Mean just after one programming step, S; the target itself by default. */
    readonly mean?: Curve;
    /** Cycle-to-cycle spread of one programming step, S. */
    readonly std: Curve;
    /** Device-to-device part of the spread, S; none by default. */
    readonly deviceStd?: Curve;
    /** Distribution with this mean and spread; normal by default. */
    readonly shape?: 'normal' | 'lognormal' | QuantileShape;
    /**
     * The procedure that left these statistics, where they say nothing of a single step: the device is programmed by it
     * alone, and one draw stands for all of it.
     */
    readonly procedure?: 'program-and-verify';
  };
  /** Shift and extra spread that set in with time (drawn once per programming), S. */
  readonly relaxation?: { readonly mean: TimedCurve; readonly std: TimedCurve };
  /** Power-law drift with an exponent ν = |normal(exponentMean, exponentStd)| drawn once per programming. */
  readonly drift?: {
    /**
     * `shifted` (by default): G(t) = G ((t + startTime)/startTime)^(−ν). `plain`: G(t) = G (t/startTime)^(−ν) from startTime
     * on, and G before.
     */
    readonly law?: 'shifted' | 'plain';
    readonly startTime: number;
    readonly exponentMean: Curve;
    readonly exponentStd: Curve;
  };
  readonly read?: {
    /**
     * Spread of one read: either a share of the conductance, as a curve of the target, or in S, as a curve of the
     * conductance at the time of the read.
     */
    readonly std: { readonly relative: TimedCurve } | { readonly absolute: TimedCurve };
    readonly shape: 'normal' | 'laplace';
    /**
     * `white`: reads are independent. Otherwise 1/f between 1/(time + startTime) and 1/(2 duration), so that reads
     * share part of their error.
     */
    readonly spectrum: 'white' | { readonly startTime: number };
    /** Duration of one read, s. */
    readonly duration: number;
  };
  /**
   * Random telegraph noise: a share of the cells loses the relative `amplitude` of its conductance during exponential
   * dwells of mean `dwellLow`, and has it back for dwells of mean `dwellHigh`, s.
   */
  readonly telegraph?: {
    readonly amplitude: number;
    readonly dwellHigh: number;
    readonly dwellLow: number;
    readonly share: number;
  };
  /** A pulse of V volts switches a two-state cell to its high state with probability 1/(1 + exp((voltage − V)/width)). */
  readonly switching?: { readonly voltage: number; readonly width: number };
  /** Shares of cells stuck at their largest conductance and at rest; `at` is the former, S, range.high by default. */
  readonly stuck: { readonly high: number; readonly low: number; readonly at?: number };
  /** Current in A at a voltage in V of a cell of the given conductance in S; ohmic where absent. */
  readonly current?: (conductance: number, voltage: number) => number;
  /**
   * Where the source ends: later than `from`, s, nothing was read, and what the model says is extrapolated. `low` and `high`
   * hold the mean conductance then, S, with the confidence of 95 %, where more than one law fits what was read.
   */
  readonly extrapolation?: { readonly from: number; readonly low?: TimedCurve; readonly high?: TimedCurve };
  /** One programming step: energy in J, duration in s, voltage in V; steps a cell survives. */
  readonly write?: {
    readonly energy?: number;
    readonly duration?: number;
    readonly voltage?: number;
    readonly endurance?: number;
  };
}

/** A measured distribution: quantiles over the target, of any mean and spread. */
export interface QuantileShape {
  /** Targets, ascending, S; straight lines between, constant outside. */
  readonly targets: readonly number[];
  /** Probabilities of the quantiles, ascending, between 0 and 1; beyond the outermost nothing is drawn. */
  readonly probabilities: readonly number[];
  /** In units of the spread from the mean, [targets, probabilities]. */
  readonly quantiles: readonly (readonly number[])[];
}

/** How cells are brought to their targets. */
export type Procedure =
  | { readonly kind: 'single-pulse' }
  | {
      readonly kind: 'program-and-verify';
      /** Accepted distance from the target as a share of the device's largest conductance; 0.01 by default. */
      readonly tolerance?: number;
      /** Most programming steps per cell; 20 by default. */
      readonly iterations?: number;
    }
  | {
      readonly kind: 'staircase';
      /** Conductance one pulse adds as a share of the device's largest conductance; 0.02 by default. */
      readonly step?: number;
      /** Most pulses per cell; 200 by default. */
      readonly iterations?: number;
    };

/** Conductances that were read from a real array, once or at several times. */
export interface CellReads {
  /** Since programming, s, ascending. */
  readonly times: readonly number[];
  /** S, [times][cells]. */
  readonly conductance: readonly Float32Array[];
}

/** Programmed cells, struct of arrays: what happened at programming and what stays frozen afterwards. */
export interface Cells {
  /** What was asked for, S; 0 is at rest. */
  readonly target: Float32Array;
  /** Just after programming, S; as first read, where the cells are real. */
  readonly programmed: Float32Array;
  /** What was read of real cells; absent where they are simulated. */
  readonly reads?: CellReads;
  /**
   * How far below 0 programming would have ended, S, 0 or less: what relaxes starts from there, so that conductances are cut
   * at 0 once. Absent where no cell was cut or the device does not relax.
   */
  readonly undershoot?: Float32Array;
  /** Drift exponent of each cell; absent where the device does not drift. */
  readonly driftExponent?: Float32Array;
  /** Standard normal that relaxation multiplies its spread with; absent where the device does not relax. */
  readonly relaxation?: Float32Array;
  /** 0 works, 1 stuck high, −1 stuck low, 2 open: nothing was read of it, and it conducts nothing. */
  readonly fault: Int8Array;
  /** Programming steps used; 0 where they were not counted. */
  readonly pulses: Uint16Array;
}

/** Which of the three randomnesses act; all by default. */
export interface Randomness {
  readonly deviceToDevice: boolean;
  readonly cycleToCycle: boolean;
  readonly read: boolean;
}
