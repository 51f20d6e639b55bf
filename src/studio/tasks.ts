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

/** A study that a child process searches to its answer. */
export const exploreKind = 'studio-explore';

export interface ExploreWork {
  readonly folder: string;
  /** Paths in the workspace: a study file, or the folder of a study to take up again. */
  readonly file?: string;
  readonly study?: string;
  /** Goes on with what another version of the code began. */
  readonly continued?: boolean;
}
