import { z } from 'zod';
import { InputError, lookUp, suggest } from '../base/index.ts';
import { dense, type LayerDefinition, linear } from './layers/index.ts';

/** Every kind of layer, by name. */
export const layers = { dense, linear } as const;

const objectSchema = z.discriminatedUnion('kind', [dense.schema, linear.schema]);

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
      if (!(error instanceof InputError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

/**
 * The record of a text: the kind, then its fields in order or as `name=value`: `dense 16 relu`,
 * `dense 16 activation=relu bias=false`.
 */
export function parseLayer(text: string): LayerSpec {
  const [kind = '', ...words] = text.trim().split(/\s+/);
  const definition: LayerDefinition = lookUp(
    layers as Readonly<Record<string, LayerDefinition>>,
    kind,
    `layer '${text}'`,
  );
  const fields: Record<string, unknown> = { kind };
  let place = 0;
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals > 0 ? word.slice(0, equals) : definition.words[place++];
    if (name === undefined) {
      throw new InputError(
        `layer '${text}': has more words than '${kind}' takes; write '${kind} ${definition.words.join(' ')}' or name=value.`,
      );
    }
    fields[name] = wordValue(equals > 0 ? word.slice(equals + 1) : word);
  }
  const result = definition.schema.safeParse(fields);
  if (result.success) return result.data as LayerSpec;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(definition.schema.shape).filter(name => name !== 'kind');
    throw new InputError(`layer '${text}': unknown field '${issue.keys[0]}'; ${suggest(issue.keys[0]!, known)}.`);
  }
  const field = String(issue.path[0] ?? 'kind');
  if (issue.code === 'invalid_value' && typeof fields[field] === 'string') {
    throw new InputError(
      `layer '${text}': unknown ${field} '${fields[field]}'; ${suggest(fields[field], issue.values.map(String))}.`,
    );
  }
  throw new InputError(`layer '${text}': ${field}: ${issue.message}; write '${kind} ${definition.words.join(' ')}'.`);
}

function wordValue(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true';
  const number = Number(word);
  return Number.isNaN(number) ? word : number;
}
