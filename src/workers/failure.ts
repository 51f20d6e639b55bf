import { InputError, WorkError } from '../base/index.ts';

/** An error on its way between processes: faults of input as records, anything else that is not failed work with its stack. */
export type Failure =
  | { readonly kind: 'input'; readonly what: InputParts }
  | { readonly kind: 'work'; readonly message: string }
  | { readonly kind: 'internal'; readonly message: string };

/** What an InputError is made from. */
type InputParts = ConstructorParameters<typeof InputError>[0];

export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) {
    const { message, faults = message } = error as InputError & { readonly faults?: InputParts };
    return { kind: 'input', what: faults };
  }
  if (error instanceof WorkError) return { kind: 'work', message: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'internal', message: text.startsWith('internal: ') ? text : `internal: ${text}` };
}

/** The opposite of `failureOf`. */
export function errorOf(failure: Failure): Error {
  if (failure.kind === 'input') return new InputError(failure.what);
  return failure.kind === 'work' ? new WorkError(failure.message) : new Error(failure.message);
}
