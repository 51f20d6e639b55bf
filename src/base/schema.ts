import { z } from 'zod';
import { InputError, nearest } from './errors.ts';
import { type Dimension, parseQuantity, siUnit } from './units.ts';

/**
 * A field that holds a quantity: a number in SI units or a text with a unit. Parses to SI.
 * `rule` narrows the value, with the words that complete "must be …".
 */
export function quantity(dimension: Dimension, rule: 'positive' | 'not negative' | 'any' = 'positive') {
  return z
    .union([z.number(), z.string()])
    .transform((value, context) => {
      try {
        const si = parseQuantity(value, dimension, '');
        if ((rule === 'positive' && si <= 0) || (rule === 'not negative' && si < 0)) {
          context.addIssue({ code: 'custom', message: `must be ${rule}, got ${value}` });
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
  throw new InputError(`${where}: ${sentence(result.error.issues[0]!, value, schema)}.`);
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
      return `${at}unknown field '${key}'${hint(key!, knownFields(schema, issue.path))}`;
    }
    case 'invalid_value':
      return `${at}${unknownName(value, issue.values.map(String))}`;
    case 'invalid_union': {
      const options = (issue as { options?: unknown[] }).options;
      if (issue.discriminator && Array.isArray(options)) {
        return `${at}${unknownName(value, options.map(String))}`;
      }
      const inner = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
      if (inner) return sentence({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, root, schema);
      return `${at}${issue.message}`;
    }
    case 'invalid_type':
      return value === undefined ? `${at}is missing` : `${at}must be ${article(issue.expected)}, got ${show(value)}`;
    case 'too_small':
      return `${at}must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${count(issue.origin)}, got ${size(value)}`;
    case 'too_big':
      return `${at}must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${count(issue.origin)}, got ${size(value)}`;
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
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Names of the fields that may stand at a path, of all alternatives together. */
function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const alternatives = (node: JsonSchema): JsonSchema[] => [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  let nodes = alternatives(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  for (const step of path) {
    nodes = nodes
      .flatMap(node => (typeof step === 'number' ? node.items : node.properties?.[String(step)]) ?? [])
      .flatMap(alternatives);
  }
  return [...new Set(nodes.flatMap(node => Object.keys(node.properties ?? {})))];
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
const count = (origin: string): string => (origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '');
const size = (value: unknown): string => (Array.isArray(value) ? `${value.length}` : show(value));

function show(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
