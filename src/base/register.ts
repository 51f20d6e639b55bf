import { InputError } from './errors.ts';

/**
 * Adds a user's own record to a registry, under its name. The registry's type goes on naming what comes with the package,
 * and records are looked up by name. A name that is taken is refused: results would not say which of the two made them.
 */
export function register<T extends { readonly name: string }>(
  registry: Readonly<Record<string, T>>,
  record: T,
  parts: readonly (keyof T & string)[],
): void {
  checkRecord(record, parts);
  const { name } = record;
  if (Object.hasOwn(registry, name)) {
    throw new InputError({ path: [name], rule: 'is the name of another record', hint: 'give it a name of its own' });
  }
  (registry as Record<string, T>)[name] = record;
}

/** Refuses what has no name or lacks a part of a record. */
export function checkRecord<T extends { readonly name: string }>(
  record: T,
  parts: readonly (keyof T & string)[],
): void {
  const name: unknown = record?.name;
  if (typeof name !== 'string' || !/^[a-zA-Z][\w-]*$/.test(name)) {
    throw new InputError({ path: ['name'], rule: 'must be letters, digits and hyphens', value: name ?? null });
  }
  const lacking = parts.filter(part => record[part] === undefined);
  if (lacking.length === 0) return;
  throw new InputError({
    path: [name],
    rule: `lacks ${lacking.map(part => `'${part}'`).join(', ')}`,
    hint: `needed: ${parts.join(', ')}`,
  });
}
