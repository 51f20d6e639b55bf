/**
 * The input is wrong, not the program. The command line prints the message alone and exits with status 2.
 * A message is one sentence: where (file or field), the rule, the value found, and the way out. Control characters, which
 * names inside files may hold, become spaces, so that it stays on one line.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(message: string) {
    super(message.replaceAll(/\p{Cc}+/gu, ' '));
  }
}

/**
 * The work failed for a reason outside both the input and the program, such as a network that cannot be reached. The
 * command line prints the message alone and exits with status 1. A message is one sentence that ends with the way out.
 */
export class WorkError extends Error {
  override readonly name = 'WorkError';
}

/** What to throw where a file could not be written: a full disk is no fault of the input, another place may be. */
export function cannotWrite(path: string, error: unknown): InputError | WorkError {
  const { code = (error as Error).message } = error as { readonly code?: string };
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new WorkError(`${path}: cannot be written, the disk is full (${code}); make room and run the same command again.`)
    : new InputError(`${path}: cannot be written (${code}); name another place with --out.`);
}

/** Stops with one sentence unless the condition holds. */
export function insist(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InputError(message);
}

/** `names` as a sentence part, with the closest to `wrong` first: "did you mean `tanh`? Known: linear, relu, tanh". */
export function suggest(wrong: string, names: readonly string[]): string {
  const closest = nearest(wrong, names);
  return `${closest ? `did you mean '${closest}'? ` : ''}Known: ${names.join(', ')}`;
}

/** The name within an edit distance of a third of its length, or undefined. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance < least && distance <= Math.max(2, Math.ceil(name.length / 3))) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Looks a name up in a registry and, failing that, says which names there are. `what` is e.g. `hardware.device`. */
export function lookUp<T>(registry: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(registry, name)) return registry[name]!;
  throw new InputError(`${what}: unknown name '${name}'; ${suggest(name, Object.keys(registry))}.`);
}
