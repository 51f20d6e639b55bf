import { isAbsolute, relative } from 'node:path';

/** A path as people would type it: from the working directory where it lies inside, else whole. */
export function shown(path: string): string {
  const from = relative('', path) || '.';
  return from.startsWith('..') || isAbsolute(from) ? path : from;
}
