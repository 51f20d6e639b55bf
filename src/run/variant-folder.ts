import { createHash } from 'node:crypto';

/** Names that some systems keep for themselves. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Folders of variants by name: in letters, digits and hyphens that every system can hold, with a piece of the name's hash
 * where another variant would have the same or nothing is left, so that no two share a folder and none leads elsewhere.
 */
export function variantFolders(names: readonly string[]): ReadonlyMap<string, string> {
  const plain = new Map(names.map(name => [name, plainOf(name)]));
  const shared = (folder: string) => [...plain.values()].filter(other => other === folder).length > 1;
  return new Map(
    [...plain].map(([name, folder]) => {
      if (folder !== '' && !reserved.test(folder) && !shared(folder)) return [name, folder];
      const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
      return [name, [folder, hash].filter(part => part !== '').join('-')];
    }),
  );
}

const plainOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
