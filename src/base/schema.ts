import { z } from 'zod';
import { InputError, nearest } from './errors.ts';
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
        const si = parseQuantity(value, dimension, '');
        if ((rule === 'positive' && si <= 0) || (rule === 'not negative' && si < 0)) {
          const wanted = rule === 'positive' ? 'be positive' : 'not be negative';
          context.addIssue({ code: 'custom', message: `must ${wanted}, got ${value}` });
          return z.NEVER;
        }
        return si;
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message.replace(/^: /, '').replace(/\.$/, '') });
        return z.NEVER;
      }
    })
    .meta({ unit: siUnit[dimension] });
}

/**
 * Checks `value` against a schema and returns it with every default filled. The first fault becomes one sentence:
 * `where: path: rule, got value.`
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const text = sentence(result.error.issues[0]!, value, schema);
  throw new InputError(`${where}: ${text}${/[.?]$/.test(text) ? '' : '.'}`);
}

function sentence(issue: z.core.$ZodIssue, root: unknown, schema: z.ZodType): string {
  const path = issue.path.map(String).join('.');
  const at = path === '' ? '' : `${path}: `;
  const value = issue.path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    root,
  );
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key] = issue.keys;
      return `${at}unknown field '${key}'${hint(key!, knownFields(schema, issue.path, value))}`;
    }
    case 'invalid_value':
      return `${at}${unknownName(value, issue.values.map(String))}`;
    case 'invalid_union': {
      const options = (issue as { options?: unknown[] }).options;
      if (issue.discriminator && Array.isArray(options)) {
        return `${at}${unknownName(value, options.filter(option => option !== undefined).map(String))}`;
      }
      const found = issue.errors.flat();
      const names = found.flatMap(inner =>
        inner.code === 'invalid_value' && inner.path.length === 0 ? inner.values : [],
      );
      if (typeof value === 'string' && names.length > 0) {
        const number = found.some(inner => inner.code === 'invalid_type' && ['number', 'int'].includes(inner.expected));
        return `${at}${unknownName(value, names.map(String))}${number ? ', or a number' : ''}`;
      }
      const inner = found.sort((a, b) => b.path.length - a.path.length)[0];
      if (inner) return sentence({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, root, schema);
      return `${at}${issue.message}`;
    }
    case 'invalid_type':
      if (value === undefined) return `${at}is missing${meaning(schema, issue.path)}`;
      return `${at}must ${kindOf(issue.expected, schema, issue.path)}, got ${show(value)}`;
    case 'too_small':
      return `${at}must ${amount(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)}, got ${size(value)}`;
    case 'too_big':
      return `${at}must ${amount(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)}, got ${size(value)}`;
    case 'invalid_format':
      return `${at}${issue.message}, got ${show(value)}`;
    default:
      return `${at}${issue.message}`;
  }
}

function unknownName(value: unknown, known: readonly string[]): string {
  if (value === undefined) return `is missing; known: ${known.join(', ')}`;
  const close = typeof value === 'string' ? nearest(value, known) : undefined;
  return `unknown name ${show(value)}; ${close ? `did you mean '${close}'? ` : ''}Known: ${known.join(', ')}`;
}

function hint(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  return close ? `; did you mean '${close}'?` : `; known: ${known.join(', ')}`;
}

interface JsonSchema {
  readonly description?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Names of the fields that may stand at a path, of the alternative that `value` chooses or of all together. */
function knownFields(schema: z.ZodType, path: readonly PropertyKey[], value?: unknown): string[] {
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
function meaning(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const described = nodesAt(schema, path).find(node => node.description !== undefined)?.description;
  return described ? ` (${described.replace(/\.$/, '')})` : '';
}

function nodesAt(schema: z.ZodType, path: readonly PropertyKey[]): JsonSchema[] {
  const alternatives = (node: JsonSchema): JsonSchema[] => [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  let nodes = alternatives(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  for (const step of path) {
    nodes = nodes
      .flatMap(node => (typeof step === 'number' ? node.items : node.properties?.[String(step)]) ?? [])
      .flatMap(alternatives);
  }
  return nodes;
}

/** Fields that are named as examples at most. */
const shownFields = 6;

/** The rule that a value of a type meets, as people say it. */
function kindOf(type: string, schema: z.ZodType, path: readonly PropertyKey[]): string {
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

const size = (value: unknown): string => (Array.isArray(value) ? `${value.length}` : show(value));

function show(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
