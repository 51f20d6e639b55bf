import { InputError } from './errors.ts';

/** `names` as a sentence part, with the closest to `wrong` first: "did you mean `tanh`? Known: linear, relu, tanh". */
export function suggest(wrong: string, names: readonly string[]): string {
  const closest = nearest(wrong, names);
  const known = names.join(', ');
  return closest ? `did you mean '${closest}'? Known: ${known}` : `known: ${known}`;
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

/**
 * Looks a name up in a registry and, failing that, says which names there are. `where` is the place of the name: the path
 * of its field (`['hardware', 'device']`) or one step of it (`--format`).
 */
export function lookUp<T>(
  registry: Readonly<Record<string, T>>,
  name: string,
  where: string | readonly (string | number)[],
): T {
  if (Object.hasOwn(registry, name)) return registry[name]!;
  throw new InputError({
    path: typeof where === 'string' ? [where] : where,
    rule: `unknown name '${name}'`,
    value: name,
    hint: suggest(name, Object.keys(registry)),
  });
}
