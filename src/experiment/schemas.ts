import { z } from 'zod';
import { experimentSchema } from './schema.ts';

/** JSON Schemas of the files that people write, by name; defaults, units and sentences included. */
export const schemas = {
  experiment: () => jsonSchema(experimentSchema, 'Experiment'),
} as const;

function jsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), title };
}
