import { z } from 'zod';
import { searchField } from '../search-share.ts';
import type { Source } from '../source.ts';
import { cifar } from './cifar.ts';
import { circles } from './circles.ts';
import { csv } from './csv.ts';
import { cubic } from './cubic.ts';
import { heartbeats } from './heartbeats.ts';
import { idx } from './idx.ts';
import { npz } from './npz.ts';
import { spirals } from './spirals.ts';
import { twoMoons } from './two-moons.ts';
import { wfdb } from './wfdb.ts';
import { xor } from './xor.ts';

const all = [twoMoons, circles, spirals, xor, cubic, heartbeats, csv, npz, idx, cifar, wfdb] as const;

type Extended<S> =
  S extends z.ZodObject<infer Own, infer Config> ? z.ZodObject<Own & { search: typeof searchField }, Config> : never;

type Schemas<T extends readonly Source[]> = { -readonly [K in keyof T]: Extended<T[K]['schema']> };

/** Fields of the `data` part of an experiment; which ones there are depends on `source`. */
export const dataSchema = z.discriminatedUnion(
  'source',
  all.map(source => source.schema.extend({ search: searchField })) as unknown as Schemas<typeof all>,
);

/** A `data` part with every default filled. */
export type DataOptions = z.output<typeof dataSchema>;

/** Every kind of data by name. */
export const sources: Readonly<Record<string, Source>> = Object.fromEntries(
  all.map(source => [source.name, source as unknown as Source]),
);
