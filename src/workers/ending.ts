import { type Task, WorkError } from '../base/index.ts';

/** How a process ended. */
export interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
  /** The last that it wrote to standard error. */
  readonly said: string;
}

const memory = 'free memory, allow fewer processes or make the work smaller, and run the same command again';
const again = 'run the same command again, and report it where it happens again';

/** The process that worked on a task ended before the task was done; another may do it. */
export class ProcessEnded extends WorkError {
  constructor(task: Task, ending: Ending) {
    super(endingText(task, ending));
  }
}

/** One sentence on a process that ended before its task was done. */
function endingText({ id, kind }: Task, { status, signal, said }: Ending): string {
  const what = `${kind} '${id}': its process ended`;
  if (status === null && signal === null) return `${kind} '${id}': no process could be started (${said}); ${memory}.`;
  if (/heap out of memory|allocation failed/i.test(said)) return `${what} because memory ran out; ${memory}.`;
  if (signal === 'SIGKILL') return `${what} by SIGKILL, as the system does where memory runs out; ${memory}.`;
  const lines = said.trim().split('\n');
  const last = lines.find(line => /^\w*Error\b/.test(line)) ?? lines.at(-1);
  const how = signal ? `by ${signal}` : `with status ${status} before it was done`;
  return `${what} ${how}${last ? ` (${last})` : ''}; ${again}.`;
}
