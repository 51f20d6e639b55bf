import { z } from 'zod';
import { type AnySampler, searchSamplers } from '../../search/index.ts';

const samplers = Object.values<AnySampler>(searchSamplers);

const names = samplers.map(({ name }) => name) as [string, ...string[]];

const withOptions = samplers.map(({ name, schema }) => (schema as z.ZodObject).extend({ name: z.literal(name) })) as [
  z.ZodObject<{ name: z.ZodLiteral<string> }>,
];

/** How points are chosen: a sampler by its name, or with its options. */
export const samplerSchema = z
  .union([z.enum(names), z.discriminatedUnion('name', withOptions)])
  .default('tpe')
  .transform(given => {
    const { name, ...options } = typeof given === 'string' ? { name: given } : given;
    return { name, options };
  })
  .describe(
    `How designs are chosen: ${samplers.map(({ name }) => name).join(', ')}, or { name, … } with options (docs/search.md); tpe by default.`,
  );
