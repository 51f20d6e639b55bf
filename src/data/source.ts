import type { z } from 'zod';
import type { Citation } from '../base/index.ts';
import type { Key } from '../random/index.ts';
import type { Dataset } from './dataset.ts';
import type { SearchShare } from './search-share.ts';

/** Where readers get their bytes. Paths are as written in the experiment. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** Names of the files in a folder, sorted. */
  list(path: string): Promise<readonly string[]>;
}

/** A kind of data: its fields (every one with unit and default), how to load it, and what to cite. */
export interface Source<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly schema: Schema;
  /** The key decides splits and, for generated sets, the data. */
  load(key: Key, options: z.output<Schema> & SearchShare, files: Files): Promise<Dataset>;
  /** Fields that are paths, relative to the experiment. */
  readonly paths?: readonly (keyof z.output<Schema> & string)[];
  readonly cite: readonly Citation[];
}

export function defineSource<Schema extends z.ZodObject>(source: Source<Schema>): Source<Schema> {
  return source;
}
