import type { Job } from '../base/index.ts';
import type { Key } from '../random/index.ts';
import type { Point, Space } from '../search/index.ts';

/** What a line of a record can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** One piece of work: a trial's first evidence (rung 0), or more of it. Requests and trials are numbered as asked. */
export interface Request {
  readonly number: number;
  readonly trial: number;
  readonly point: Point;
  /** 0 for the trial's first evidence, then 1, 2, …: further blocks, the same for all trials. */
  readonly rung: number;
  /**
   * What is random in this piece of work alone. What designs share, such as chips and rows, is keyed by its own numbers
   * and not by this, so that they share their luck.
   */
  readonly key: Key;
}

/** What a request found, by name. A missing value or NaN makes the trial a failed one. */
export type Evidence = JsonValue;

/** What evidence of a trial says. */
export interface Judged {
  /** [objectives], all minimised: those for which higher is better with the opposite sign. NaN where the work failed. */
  readonly values: readonly number[];
  /** [constraints], kept where none is above 0. */
  readonly constraints: readonly number[];
  /** Standard errors of values, then constraints; 0 says exact, NaN unknown. */
  readonly errors: readonly number[];
  /** Independent blocks, such as chips, that this is the mean of. */
  readonly blocks: number;
}

/** What is to become small, or large. */
export interface Objective {
  readonly name: string;
  /** SI unit; empty for a plain number. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Value beyond which a trial adds nothing to the hypervolume; the worst value found by default. */
  readonly reference?: number;
  /** Whether equal ratios count as equal differences, as with prices. */
  readonly logarithmic?: boolean;
}

export interface Constraint {
  readonly name: string;
}

/** Anything that can be searched: a space, and how to find what its points are worth. */
export interface Problem {
  readonly space: Space;
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  /** How many pieces evidence comes in; 1 where there is but one fidelity, infinity where there is always more. */
  readonly rungs: number;
  /** Whether its points are pieces of work that all are to be done, and not designs that compete; false by default. */
  readonly pieces?: boolean;
  /**
   * Names what else decides what trials find, such as the experiment that the points change: a study is not taken up with
   * another. Nothing else by default.
   */
  readonly identity?: string;
  /**
   * Names what of that evidence comes from, part by part, without what it is judged by: a study of the same parts may be taken
   * up with other objectives and constraints, as far as its evidence reaches. Refused where absent.
   */
  readonly made?: Readonly<Record<string, string>>;
  /** What evidence of a rung lacks to be judged by this problem, for people; undefined where it has all. */
  lacks?(evidence: Evidence, rung: number): string | undefined;
  /**
   * Names the training that a point comes from, which points of the same name share and a budget of trainings counts;
   * undefined where it takes none. Nothing is trained by default.
   */
  training?(point: Point): string | undefined;
  /** The design that the point stands for, in full: what is kept of a trial beside its point. */
  describe(point: Point): JsonValue;
  /** The same request gives the same bits, wherever and whenever it is worked on. */
  evaluate(request: Request, job: Job): Promise<Evidence>;
  /**
   * What the evidence of rungs 0 … k says together. Trials are compared on the evidence of rungs that both have, so any
   * number of them may be given.
   */
  judge(point: Point, evidence: readonly Evidence[]): Judged;
}
