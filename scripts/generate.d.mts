/** Contents of every generated file, by path. */
export function generated(): Promise<Record<string, string>>;
/** Paths whose committed contents differ from what the sources give, with what they should be. */
export function stale(): Promise<Array<[path: string, content: string]>>;
/** A declaration with the members of its unions in the order of the alphabet. */
export function withSortedUnions(declaration: string): string;
