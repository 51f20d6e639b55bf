import { InputError, suggest } from '../base/index.ts';

/** `a=b,c=d` of an option as a record over names that are known. */
export function pairsOf<T extends string>(
  value: string | boolean | undefined,
  flag: string,
  known: readonly T[],
): Partial<Record<T, string>> {
  if (value === undefined) return {};
  const entries = String(value).split(',');
  return Object.fromEntries(
    entries.map(entry => {
      const [name, told] = entry.split('=').map(part => part.trim());
      if (!told) throw new InputError(`${flag}: needs pairs such as conductance=G, got '${entry}'.`);
      if (!(known as readonly string[]).includes(name!)) {
        throw new InputError(`${flag}: unknown column '${name}'; ${suggest(name!, known)}.`);
      }
      return [name, told];
    }),
  ) as Partial<Record<T, string>>;
}
