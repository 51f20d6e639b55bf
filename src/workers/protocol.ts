import type { Task, TracePoint } from '../base/index.ts';
import type { Failure } from './failure.ts';

/** What the parent says. A child has one task at a time, so that nothing needs to name it. */
export type ToChild =
  | { readonly say: 'task'; readonly task: Task; readonly checkpoint?: { readonly name?: string } }
  /** The task is to stop: the signal of its job. Means nothing to a child without a task. */
  | { readonly say: 'stop' }
  /** What came of a `load` or `save` of this number. */
  | { readonly say: 'answer'; readonly number: number; readonly bytes?: Uint8Array; readonly failure?: Failure };

/** What a child says. `memory` is what it takes, or took at most while it worked on the task, in bytes. */
export type FromChild =
  | { readonly say: 'ready'; readonly build?: string; readonly kernels: string; readonly memory: number }
  /** Its handlers cannot be loaded. */
  | { readonly say: 'unready'; readonly failure: Failure }
  | {
      readonly say: 'progress';
      readonly fraction: number;
      readonly note?: string;
      readonly points?: readonly TracePoint[];
      readonly memory: number;
    }
  | { readonly say: 'load'; readonly number: number }
  | { readonly say: 'save'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly say: 'done'; readonly value: unknown; readonly memory: number }
  | { readonly say: 'failed'; readonly failure: Failure; readonly memory: number };
