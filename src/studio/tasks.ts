/** A question that a child process answers. */
export const askKind = 'studio-ask';

export interface Asked {
  /** Folder of the workspace. */
  readonly folder: string;
  readonly name: string;
  readonly question: unknown;
}

/** An experiment that a child process runs to its report. */
export const runKind = 'studio-run';

export interface RunWork {
  readonly folder: string;
  /** Paths in the workspace: an experiment file, or a run directory to take up again. */
  readonly file?: string;
  readonly directory?: string;
  /** Results that another version of the code made are made anew. */
  readonly recompute?: boolean;
}
