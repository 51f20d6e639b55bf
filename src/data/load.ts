import { lookUp } from '../base/index.ts';
import type { Key } from '../random/index.ts';
import type { Dataset } from './dataset.ts';
import type { Files } from './source.ts';
import { type DataOptions, sources } from './sources/index.ts';

/** Reads or generates a data set. The key decides splits and generated points; the same key gives the same bits. */
export function loadDataset(key: Key, options: DataOptions, files: Files): Promise<Dataset> {
  return lookUp(sources, options.source, ['data', 'source']).load(key, options, files);
}
