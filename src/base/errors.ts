import { type Fault, faultText, portable } from './fault.ts';

/**
 * The input is wrong, not the program. The command line prints one line per fault and exits with status 2.
 * A plain sentence says where (file or field), the rule, the value found, and the way out; a fault says the same in parts,
 * to which `in` and `at` add where it stands. Faults, not errors, travel between processes; `new InputError(faults)` is the
 * same error again.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** At least one; structured clones and JSON carry them unchanged. */
  readonly faults: readonly Fault[];

  constructor(what: string | Fault | readonly Fault[]) {
    const faults = (typeof what === 'string' ? [{ path: [], rule: what }] : [what].flat()).map(portable);
    if (faults.length === 0) throw new Error('internal: an InputError needs a fault');
    super(faults.map(faultText).join('\n'));
    this.faults = faults;
  }

  /**
   * The same faults in a file. Those that know their file keep it, and so do plain sentences, which have no path and name
   * their place themselves.
   */
  in(file: string): InputError {
    return new InputError(
      this.faults.map(fault => (fault.file === undefined && fault.path.length > 0 ? { ...fault, file } : fault)),
    );
  }

  /** The same faults inside the field at a path; those that know their file have their whole path and keep it. */
  at(...path: readonly (string | number)[]): InputError {
    return new InputError(
      this.faults.map(fault => (fault.file === undefined ? { ...fault, path: [...path, ...fault.path] } : fault)),
    );
  }
}

/**
 * The work failed for a reason outside both the input and the program, such as a network that cannot be reached. The
 * command line prints the message alone and exits with status 1. A message is one sentence that ends with the way out.
 */
export class WorkError extends Error {
  override readonly name = 'WorkError';
}

/** Does work whose faults stand in a file (a text) or in the field at a path (a list); the work may be a promise. */
export function within<T>(place: string | readonly (string | number)[], work: () => T): T {
  const fail = (error: unknown): never => {
    if (!(error instanceof InputError)) throw error;
    throw typeof place === 'string' ? error.in(place) : error.at(...place);
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}

/** Does every check and throws the faults of all that fail as one error. */
export function together(checks: readonly (() => void)[]): void {
  const faults = checks.flatMap(check => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof InputError) return error.faults;
      throw error;
    }
  });
  if (faults.length > 0) throw new InputError(faults);
}

/** What work, which may be a promise, is refused for; nothing where it is not. */
export async function faultsOf(work: () => unknown): Promise<readonly Fault[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
}

/** What to throw where a file could not be written: a full disk is no fault of the input, another place, which an option names, may be. */
export function cannotWrite(path: string, error: unknown, option = '--out'): InputError | WorkError {
  const { code = (error as Error).message } = error as { readonly code?: string };
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new WorkError(`${path}: cannot be written, the disk is full (${code}); make room and run the same command again.`)
    : new InputError({
        file: path,
        path: [],
        rule: `cannot be written (${code})`,
        hint: `name another place with ${option}`,
      });
}

/** Stops with one sentence or fault unless the condition holds. */
export function insist(condition: unknown, what: string | Fault): asserts condition {
  if (!condition) throw new InputError(what);
}
