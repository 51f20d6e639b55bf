import type { Fault } from '../src/base/index.ts';
import type { News } from '../src/studio/news.ts';

/** Who answers what the page asks: a server, or a worker of the page itself. */
export interface Answers {
  /** Whether there is nobody but the page: it has no folder and no studies, and forgets all when it is closed. */
  readonly alone: boolean;
  ask(name: string, question: unknown): Promise<unknown>;
  /** Puts a file among the others and says under which path. */
  upload(file: File): Promise<string>;
  /** Hears of work and runs, and whether there is an answer at all, until the returned function is called. */
  follow(hear: (news: News) => void, connected: (is: boolean) => void): () => void;
}

/** What could not be done, with what is wrong. */
export class Refusal extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ rule }) => rule).join('\n'));
    this.faults = faults;
  }
}

let answering: Answers | undefined;

/** Who answers; set once, before anything is shown. */
export const answers = (): Answers => answering!;

export function answerBy(found: Answers): void {
  answering = found;
}
