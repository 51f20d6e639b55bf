import { z } from 'zod';

/** Things to choose from, each with the schema of its options. */
type Choices = Readonly<Record<string, { readonly schema: z.ZodObject }>>;

type Extended<C extends Choices, S extends z.ZodRawShape> = {
  [K in keyof C]: C[K]['schema'] extends z.ZodObject<infer Own, infer Config> ? z.ZodObject<Own & S, Config> : never;
}[keyof C];

/** The union of the options of all entries of a registry, told apart by `key`, each with the shared fields. */
export function choiceOf<C extends Choices, S extends z.ZodRawShape>(choices: C, key: string, shared: S) {
  const schemas = Object.values(choices).map(({ schema }) => schema.extend(shared));
  return z.discriminatedUnion(key, schemas as unknown as [Extended<C, S>, ...Extended<C, S>[]]);
}

/** The entry of a registry that options name. */
export function chosen<C extends Choices>(choices: C, name: string): C[keyof C] {
  const found = choices[name];
  if (!found) throw new Error(`internal: '${name}' is in no registry`);
  return found as C[keyof C];
}
