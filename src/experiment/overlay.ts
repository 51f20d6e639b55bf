/** Fields that nobody has checked yet, such as those of a file. */
export type Fields = Readonly<Record<string, unknown>>;

/** Fields whose text says which other fields there are; where it differs, the others belong to another choice. */
const choices = ['method', 'source', 'entropy', 'kind', 'mapping'];

/** Fields laid over others: records field by field, all else as a whole, and so a record that makes another choice. */
export function overlay(base: Fields, over: Fields): Fields {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = merged[key];
    merged[key] = isRecord(value) && isRecord(under) && !choosesAnew(under, value) ? overlay(under, value) : value;
  }
  return merged;
}

/** A value laid over the field at a path, in which numbers are places in lists; undefined where a list has no such place. */
export function overlayAt(base: Fields, path: readonly string[], value: unknown): Fields | undefined {
  const [step, ...rest] = path as [string, ...string[]];
  const under = base[step];
  if (rest.length === 0) return overlay(base, { [step]: value });
  if (Array.isArray(under)) {
    const list = overlayAt({ ...under }, rest, value);
    const known = list && Object.keys(list).length === under.length;
    return known ? { ...base, [step]: Object.values(list) } : undefined;
  }
  const own: Fields = isRecord(under) ? under : {};
  if (rest.length === 1 && choosesAnew(own, { [rest[0]!]: value })) return { ...base, [step]: { [rest[0]!]: value } };
  const inner = overlayAt(own, rest, value);
  return inner && { ...base, [step]: inner };
}

const choosesAnew = (under: Fields, over: Fields): boolean =>
  choices.some(choice => typeof over[choice] === 'string' && over[choice] !== under[choice]);

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
