import type { Citation } from '../base/index.ts';
import type { Figure } from './figure.ts';
import type { Table } from './table.ts';

/** All that `report.html` shows. Texts are plain; they are escaped where they are written. */
export interface Report {
  readonly title: string;
  /** What was done, with which device, and what survived, in plain words. */
  readonly summary: readonly string[];
  /** The few numbers that matter: software, hardware with intervals, deterministic. */
  readonly results: Table;
  readonly sections: readonly Section[];
  readonly citations: readonly Citation[];
  /** Repeats the run when typed into a shell. */
  readonly command: string;
  /** Absent where no experiment was run. */
  readonly record?: RunRecord;
}

export interface Section {
  readonly title: string;
  /** Paragraphs. */
  readonly text?: readonly string[];
  readonly tables?: readonly Table[];
  /** `caption` says what to see in the figure. */
  readonly figures?: readonly { readonly figure: Figure; readonly caption: string }[];
}

/** What is needed to get the same numbers again. */
export interface RunRecord {
  readonly seed: number;
  /** Versions of programs, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The resolved experiment, every default filled, as YAML. */
  readonly experiment: string;
}
