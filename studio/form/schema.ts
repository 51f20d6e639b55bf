/** As much of JSON Schema as the schemas of this package use. */
export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  /** SI unit of a quantity, which may be written with another. */
  readonly unit?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export const schemaOf = (document: unknown): Schema => document as Schema;

/** What tells alternatives of a union apart: a field that each has with a value of its own. */
export function discriminatorOf({ oneOf }: Schema): string | undefined {
  const first = oneOf?.[0]?.properties;
  if (!first) return undefined;
  return Object.keys(first).find(name => oneOf!.every(one => one.properties?.[name]?.const !== undefined));
}

/** Names that may stand for a value, where there are only some. */
export function namesOf({ enum: names, anyOf, type }: Schema): readonly unknown[] | undefined {
  if (names) return names;
  if (type === 'boolean') return [true, false];
  const all = anyOf?.map(one => one.const);
  return all?.every(name => name !== undefined) ? all : undefined;
}

/** The first sentence of a description; the rest is for those who ask. */
export const shortHelp = ({ description = '' }: Schema): string =>
  description.split(/(?<=[.;]) /)[0]!.replace(/;$/, '.');
