import { z } from 'zod';
import type { Method } from '../method.ts';
import { deviceTied } from './device-tied.ts';
import { map } from './map.ts';
import { meanField } from './mean-field.ts';
import { nuts } from './nuts.ts';

/** Every way to a posterior, by name. */
export const methods = { 'device-tied': deviceTied, map, 'mean-field': meanField, nuts } as const satisfies Record<
  string,
  Method
>;

/** The `posterior` part of an experiment: a method and its options. */
export const posteriorSchema = z.discriminatedUnion('method', [
  deviceTied.schema,
  map.schema,
  meanField.schema,
  nuts.schema,
]);

export type PosteriorOptions = z.output<typeof posteriorSchema>;
