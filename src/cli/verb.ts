import type { Job } from '../base/index.ts';

/** What every verb is given besides its own arguments. */
export interface Shell {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Root seed, where the command line gave one. */
  readonly seed?: number;
  /** Cores to use. */
  readonly threads: number;
  /** Where to write, where the command line said so. */
  readonly out?: string;
  /** The command as typed, to be repeated. */
  readonly command: string;
  /** A piece of work of this name: shown on standard error with the time left, stopped by Ctrl-C. */
  job(label: string): Job;
  /** A line for people on standard error; dropped by --quiet unless nothing can be done without it. */
  say(line: string, needed?: 'needed'): void;
}

/** What a verb answers: one JSON document and the same for people. */
export interface Answer {
  /** Printed by --json, behind `schema`. Typed arrays are written as lists. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Printed otherwise. */
  readonly text: string;
}

/** An option besides the common ones, in commander's notation. */
export interface Option {
  /** Such as `--target <list>`. */
  readonly flags: string;
  readonly summary: string;
}

/** A verb in the list of verbs: what the help says of it, and where the rest is, so that only the verb called is loaded. */
export interface VerbEntry {
  /** Words and arguments in commander's notation, such as `device show <name>`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  load(): Promise<Verb>;
}

/** One verb of the command line. Adding one is one file and one entry in the list of verbs. */
export interface Verb {
  readonly options?: readonly Option[];
  /** Command lines to copy, without `posterohm`. */
  readonly examples: readonly string[];
  run(
    args: readonly string[],
    options: Readonly<Record<string, string | boolean | undefined>>,
    shell: Shell,
  ): Promise<Answer>;
}
