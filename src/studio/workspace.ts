import type { Evaluated, Subject } from '../pipeline/index.ts';
import type { ChangedFile } from '../run/index.ts';
import type { CrossedInterval } from '../uncertainty/index.ts';

/** The files and runs that a studio shows and changes: of a folder, or of a page that has no server. Paths have `/` between names. */
export interface Workspace {
  /** The path of the folder; empty where there is none. */
  readonly folder: string;
  /** Bytes of a file; refused where the path leads out or nothing is there. */
  read(path: string): Promise<Uint8Array>;
  /** Writes a file whole, or leaves the one before. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** When a file was last changed, milliseconds since 1970; undefined where there is none. */
  changedAt(path: string): Promise<number | undefined>;
  /** Files of a folder, its own for '', those in folders below not among them. */
  list(folder: string): Promise<readonly FileFound[]>;
  /** Experiment files of the package, by name. */
  examples(): Promise<Readonly<Record<string, string>>>;
  /** What the text of an experiment comes to where it stands in this file; nothing of it is computed. */
  subject(file: string, text: string): Promise<Subject>;
  /** The runs, those last worked on first; a broken one says so and hides no other. */
  runs(): Promise<readonly RunFound[]>;
  /** A run, or one of its variants, to be looked at. */
  open(directory: string, variant?: string): Promise<OpenedRun>;
}

export interface FileFound {
  /** In its folder. */
  readonly name: string;
  readonly changed: number;
  readonly bytes: number;
}

/** A run directory as lists show it. */
export interface RunFound {
  /** In the workspace. */
  readonly path: string;
  readonly name: string;
  readonly title?: string;
  readonly state: 'evaluated' | 'begun' | 'broken';
  /** When it was last worked on, milliseconds since 1970. */
  readonly changed: number;
  /** By metric, where it was evaluated: software, chips and one weight vector on chips. */
  readonly metrics?: Readonly<
    Record<'software' | 'hardware' | 'deterministic', Readonly<Record<string, CrossedInterval>>>
  >;
  readonly task?: 'classification' | 'regression';
  readonly device?: string;
  readonly variants: number;
  readonly report: boolean;
  /** What is wrong with it. */
  readonly fault?: string;
}

/** A run, or one of its variants, as rooms look at it. */
export interface OpenedRun {
  readonly subject: Subject;
  /** Names of the run's variants. */
  readonly variants: readonly string[];
  /** Results that another version of the code made, by name. */
  readonly older: readonly string[];
  /** Whether its posterior is there, or made without more ado once it is asked for. */
  trained(): Promise<boolean>;
  /** Stages of which results are there, once for every result. */
  made(): Promise<readonly string[]>;
  /** Files of its results that are not as they were written. */
  changed(): Promise<readonly ChangedFile[]>;
  /** Its evaluation, where it has been made. */
  evaluated(): Promise<Evaluated | undefined>;
}
