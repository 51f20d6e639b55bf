import { formatBytes, InputError } from '../base/index.ts';

const kinds = ['.csv', '.tsv', '.txt', '.dat', '.data', '.parquet', '.yaml', '.yml', '.json'];

/** The name that a file which was dropped on the page gets, in two parts; refused unless it is a table's or an experiment's. */
export function uploadName(name: string): { readonly stem: string; readonly extension: string } {
  const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  const extension = (/\.[^.]*$/.exec(plain)?.[0] ?? '').toLowerCase();
  if (kinds.includes(extension)) return { stem: plain.slice(0, -extension.length), extension };
  throw new InputError({
    path: [],
    rule: 'is no table that is known by its name',
    value: name,
    hint: `known: ${kinds.join(', ')}`,
  });
}

/** Bytes of a table at most: reading one takes some fifty times as much memory, and half a second of a core for every MB. */
const mostTaken = 64e6;

/** Refuses a file that is larger than those that are read. */
export function insistTaken(name: string, bytes: number): void {
  if (bytes <= mostTaken) return;
  throw new InputError({
    path: [],
    rule: `is larger than ${formatBytes(mostTaken)}`,
    value: name,
    hint: 'drop some of its rows: a few ten thousand are enough to train on',
  });
}
