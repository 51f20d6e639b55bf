import { z } from 'zod';
import { check, InputError, lookUp, refuse } from '../base/index.ts';
import {
  activationSchema,
  avgpool,
  batchnorm,
  conv1d,
  conv2d,
  dense,
  flatten,
  groupnorm,
  type LayerDefinition,
  linear,
  maxpool,
  prelu,
  preset,
  residual,
} from './layers/index.ts';

/** Every kind of layer, by name. */
export const layers = {
  dense,
  linear,
  conv2d,
  conv1d,
  maxpool,
  avgpool,
  flatten,
  groupnorm,
  batchnorm,
  prelu,
  residual,
  preset,
} as const;

type LayerSchema = (typeof layers)[keyof typeof layers]['schema'];

const objectSchema = z.discriminatedUnion(
  'kind',
  Object.values(layers).map(({ schema }) => schema) as unknown as [LayerSchema, ...LayerSchema[]],
);

/** A layer as a checked record. */
export type LayerSpec = z.output<typeof objectSchema>;

/** A layer in an experiment: a text such as `dense 16 relu`, or the same as fields (`kind`, `width`, `activation`). */
export const layerSchema = z
  .union([z.string().describe("Kind and fields in one line, such as 'dense 16 relu'."), objectSchema])
  .transform((value, context): LayerSpec => {
    if (typeof value !== 'string') return value;
    try {
      return parseLayer(value);
    } catch (error) {
      return refuse(context, error);
    }
  });

/**
 * The record of a text: the kind, then its fields in order or as `name=value`: `dense 16 relu`,
 * `dense 16 activation=relu bias=false`. Layers inside a layer stand in brackets, with commas between them.
 */
export function parseLayer(text: string): LayerSpec {
  const { outside, inside } = brackets(text);
  const [kind = '', ...words] = outside.trim().split(/\s+/);
  const known: Readonly<Record<string, LayerDefinition>> = layers;
  if (!Object.hasOwn(known, kind) && activationSchema.safeParse(kind).success) {
    throw new InputError({
      path: [],
      rule: `layer '${text}': is an activation`,
      hint: `write it into the layer that it follows: 'dense 16 ${kind}'`,
    });
  }
  const definition = inText(text, () => lookUp(known, kind, []));
  const fields: Record<string, unknown> = { kind };
  if (inside) fields.layers = inside.map(parseLayer);
  let place = 0;
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals > 0 ? word.slice(0, equals) : definition.words[place++];
    if (name === undefined) {
      throw new InputError({
        path: [],
        rule: `layer '${text}': has more words than '${kind}' takes`,
        hint: `write '${kind} ${definition.words.join(' ')}' or name=value`,
      });
    }
    fields[name] = wordValue(equals > 0 ? word.slice(equals + 1) : word);
  }
  return inText(text, () => check(definition.schema, fields)) as LayerSpec;
}

/** Reads a layer's text; its fields have no path of their own, for the text is one field, so that the rules name them. */
function inText<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.faults.map(({ path, rule, ...more }) => {
        const field = path.length > 0 ? `${path.join('.')}: ` : '';
        return { ...more, path: [], rule: `layer '${text}': ${field}${rule}` };
      }),
    );
  }
}

/** The text outside the brackets and the layers inside, where there are any. */
function brackets(text: string): { outside: string; inside: string[] | null } {
  const open = text.indexOf('[');
  const close = text.lastIndexOf(']');
  if (open < 0 && close < 0) return { outside: text, inside: null };
  const inside = [''];
  let depth = 0;
  for (const character of text.slice(open + 1, Math.max(open + 1, close))) {
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (depth < 0) break;
    if (character === ',' && depth === 0) inside.push('');
    else inside[inside.length - 1] += character;
  }
  if (open < 0 || close < open || depth !== 0) {
    throw new InputError({
      path: [],
      rule: `layer '${text}': has brackets that do not match`,
      hint: "write it like 'residual [dense 8 relu, dense 8] relu'",
    });
  }
  return { outside: `${text.slice(0, open)} ${text.slice(close + 1)}`, inside };
}

function wordValue(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true';
  const number = Number(word);
  return word === '' || Number.isNaN(number) ? word : number;
}
