import { z } from 'zod';
import type { Method } from '../method.ts';
import { map } from './map.ts';
import { nuts } from './nuts.ts';

/** Every way to a posterior, by name. */
export const methods = { map, nuts } as const satisfies Record<string, Method>;

/** The `posterior` part of an experiment: a method and its options. */
export const posteriorSchema = z.discriminatedUnion('method', [map.schema, nuts.schema]);

export type PosteriorOptions = z.output<typeof posteriorSchema>;
