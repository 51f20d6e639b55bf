import { z } from 'zod';
import { InputError } from './errors.ts';
import type { Fault } from './fault.ts';
import { nearest, suggest } from './names.ts';
import { type Dimension, parseQuantity, siUnit } from './units.ts';

/**
 * A field that holds a quantity: a number in SI units or a text with a unit. Parses to SI.
 * `rule` narrows the value, 'positive' or 'not negative'.
 */
export function quantity(dimension: Dimension, rule: 'positive' | 'not negative' | 'any' = 'positive') {
  return z
    .union([z.number(), z.string()])
    .transform((value, context) => {
      try {
        const si = parseQuantity(value, dimension);
        if (rule === 'positive' && si <= 0) throw new InputError({ path: [], rule: 'must be positive', value });
        if (rule === 'not negative' && si < 0) throw new InputError({ path: [], rule: 'must not be negative', value });
        return si;
      } catch (error) {
        return refuse(context, error);
      }
    })
    .meta({ unit: siUnit[dimension] });
}

/** Says inside a schema that a value is refused, with the faults of an error; other errors are thrown on. */
export function refuse(context: z.core.$RefinementCtx, error: unknown): never {
  if (!(error instanceof InputError)) throw error;
  context.addIssue({ code: 'custom', message: error.message, params: { faults: error.faults } });
  return z.NEVER;
}

/**
 * Checks `value` against a schema and returns it with every default filled, or throws all of its faults, in `file`. Parsers are not
 * compiled: that takes as long as some hundred values.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, file?: string): z.output<S> {
  const result = schema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap(issue => faultsOfIssue(issue, value, describedBy(schema)));
  throw new InputError(file === undefined ? faults : faults.map(fault => ({ ...fault, file: fault.file ?? file })));
}

/** JSON Schemas that faults were explained by, made once. */
const described = new WeakMap<z.ZodType, JsonSchema>();

function describedBy(schema: z.ZodType): JsonSchema {
  const known =
    described.get(schema) ?? (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  described.set(schema, known);
  return known;
}

/** What an issue of zod says, as faults. `root` is the whole value, `schema` the whole schema. */
function faultsOfIssue(issue: z.core.$ZodIssue, root: unknown, schema: JsonSchema): Fault[] {
  const path = issue.path.map(step => (typeof step === 'symbol' ? String(step) : step));
  const value = path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    root,
  );
  const fault = (rule: string, more: Partial<Fault> = {}): Fault[] => [{ path, rule, ...more }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.flatMap(key =>
        fault(`unknown field '${key}'`, { hint: hintOf(key, knownFields(schema, path, value)) }),
      );
    case 'invalid_value':
      return fault(...unknownName(value, issue.values.map(String)));
    case 'invalid_union': {
      const options = (issue as { options?: unknown[] }).options;
      if (issue.discriminator && Array.isArray(options)) {
        return fault(...unknownName(value, options.filter(option => option !== undefined).map(String)));
      }
      return faultsOfUnion(issue, value).flatMap(inner =>
        'known' in inner
          ? fault(...inner.known)
          : faultsOfIssue({ ...inner, path: [...path, ...inner.path] } as z.core.$ZodIssue, root, schema),
      );
    }
    case 'invalid_type':
      if (value === undefined) return fault(`is missing${meaning(schema, path)}`);
      return fault(`must ${kindOf(issue.expected, schema, path)}`, { value });
    case 'too_small':
      return fault(`must ${amount(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)}`, {
        value: size(value),
      });
    case 'too_big':
      return fault(`must ${amount(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)}`, {
        value: size(value),
      });
    case 'invalid_format':
      return fault(issue.message, { value });
    case 'custom': {
      const faults = issue.params?.faults as readonly Fault[] | undefined;
      return faults?.map(inner => ({ ...inner, path: [...path, ...inner.path] })) ?? fault(issue.message);
    }
    default:
      return fault(issue.message);
  }
}

type Named = readonly [rule: string, more: Partial<Fault>];

/** The issues of the alternative of a union that the value is closest to, or the names that may stand there. */
function faultsOfUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
): ReadonlyArray<z.core.$ZodIssue | { readonly known: Named }> {
  const branches = branchesOf(issue);
  if (branches.length === 0) return [{ ...issue, code: 'custom' } as z.core.$ZodIssue];
  const found = branches.flat();
  const names = found.flatMap(inner => (inner.code === 'invalid_value' && inner.path.length === 0 ? inner.values : []));
  if (typeof value === 'string' && names.length > 0) {
    const number = found.some(inner => inner.code === 'invalid_type' && ['number', 'int'].includes(inner.expected));
    const [rule, more] = unknownName(value, names.map(String));
    return [{ known: [rule, { ...more, hint: `${more.hint}${number ? ', or a number' : ''}` }] }];
  }
  const distances = branches.map(distance);
  return branches[distances.indexOf(Math.min(...distances))]!;
}

/** The alternatives of a union, those of unions directly inside it among them. */
function branchesOf({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[][] {
  return errors.flatMap(branch => {
    const [inner] = branch;
    const nested = branch.length === 1 && inner!.code === 'invalid_union' && inner!.path.length === 0;
    return nested && !inner.discriminator ? branchesOf(inner) : [branch as z.core.$ZodIssue[]];
  });
}

/** How far a value is from an alternative: another kind of value, then fields that it does not have, then other faults. */
function distance(branch: readonly z.core.$ZodIssue[]): number {
  const other = branch.some(
    ({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
  );
  const unknown = branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
  return (other ? 1e6 : 0) + 1e3 * unknown + branch.length;
}

function unknownName(value: unknown, known: readonly string[]): Named {
  if (value === undefined) return ['is missing', { hint: `known: ${known.join(', ')}` }];
  if (typeof value !== 'string') return ['unknown name', { value, hint: `known: ${known.join(', ')}` }];
  return [`unknown name '${value}'`, { value, hint: suggest(value, known) }];
}

function hintOf(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  return close ? `did you mean '${close}'?` : `known: ${known.join(', ')}`;
}

interface JsonSchema {
  readonly description?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** Names of the fields that may stand at a path, of the alternative that `value` chooses or of all together. */
function knownFields(schema: JsonSchema, path: readonly PropertyKey[], value?: unknown): string[] {
  const nodes = nodesAt(schema, path).filter(node => node.properties);
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const chosen = nodes.filter(({ properties }) =>
    Object.entries(properties!).every(
      ([name, field]) => !('const' in field) || field.const === (given[name] ?? field.default),
    ),
  );
  return [...new Set((chosen.length > 0 ? chosen : nodes).flatMap(node => Object.keys(node.properties!)))];
}

/** What the field at a path is, where its schema says so. */
function meaning(schema: JsonSchema, path: readonly PropertyKey[]): string {
  const described = nodesAt(schema, path).find(node => node.description !== undefined)?.description;
  return described ? ` (${described.replace(/\.$/, '')})` : '';
}

function nodesAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  const alternatives = (node: JsonSchema): JsonSchema[] => [
    node,
    ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(alternatives),
  ];
  let nodes = alternatives(schema);
  for (const step of path) {
    nodes = nodes
      .flatMap(
        node => (typeof step === 'number' ? node.items : (node.properties?.[String(step)] ?? fieldsOf(node))) ?? [],
      )
      .flatMap(alternatives);
  }
  return nodes;
}

/** What every field of a record is, where their names are free. */
const fieldsOf = ({ additionalProperties: fields }: JsonSchema): JsonSchema | undefined =>
  typeof fields === 'object' ? fields : undefined;

/** Fields that are named as examples at most. */
const shownFields = 6;

/** The rule that a value of a type meets, as people say it. */
function kindOf(type: string, schema: JsonSchema, path: readonly PropertyKey[]): string {
  if (type === 'object' || type === 'record') {
    const fields = knownFields(schema, path);
    const some = fields.length > shownFields ? [...fields.slice(0, shownFields), '…'] : fields;
    return some.length > 0 ? `have fields (${some.join(', ')})` : 'have fields';
  }
  const names: Readonly<Record<string, string>> = {
    array: 'a list',
    int: 'a whole number',
    string: 'a text',
    boolean: 'true or false',
  };
  return `be ${names[type] ?? `a ${type}`}`;
}

function amount(origin: string, bound: string, limit: number | bigint): string {
  const what =
    origin === 'array' ? ['entry', 'entries'] : origin === 'string' ? ['character', 'characters'] : undefined;
  return what ? `have ${bound} ${limit} ${what[limit === 1 ? 0 : 1]}` : `be ${bound} ${limit}`;
}

/** What a rule about an amount found: the length of a list, any other value itself. */
const size = (value: unknown): unknown => (Array.isArray(value) ? value.length : value);
