import { z } from 'zod';
import { deviceFileSchema } from '../device/index.ts';
import { experimentSchema } from './schema.ts';

/** JSON Schemas of the files that people write, by name; defaults, units and sentences included. */
export const schemas = {
  experiment: () => jsonSchema(experimentSchema(), 'Experiment'),
  device: () => jsonSchema(deviceFileSchema, 'Device'),
} as const;

/** The JSON Schema of what people write for a schema. */
export function jsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), title };
}
