import { insist, isMissing } from '../../base/index.ts';

type Column = Float64Array | readonly string[] | undefined;

/** Rows that have a value in every column, and a sentence on those left out. */
export interface Complete<T> {
  readonly rows: T & { readonly count: number };
  readonly note?: string;
}

/** Leaves out rows without a value; refused where they are more than the share `most` of all. */
export function complete<T extends Readonly<Record<string, Column>>>(
  columns: T,
  count: number,
  where: string,
  most = 0.2,
): Complete<T> {
  const lacking = new Map<string, number>();
  const kept: number[] = [];
  const present = Object.entries(columns).filter(([, column]) => column !== undefined);
  for (let i = 0; i < count; i++) {
    const missing = present.filter(([, column]) => {
      const value = column![i]!;
      return typeof value === 'string' ? isMissing(value) : Number.isNaN(value);
    });
    if (missing.length === 0) kept.push(i);
    for (const [name] of missing) lacking.set(name, (lacking.get(name) ?? 0) + 1);
  }
  const left = count - kept.length;
  const reasons = Array.from(lacking, ([name, times]) => `${name} in ${times}`).join(', ');
  insist(left <= most * count && kept.length > 0, {
    file: where,
    path: [],
    rule: `${left} of ${count} rows lack a value (${reasons}), more than a share of ${most}`,
    hint: "fill them, take rows that hold none out, or allow more by 'missing'",
  });
  const pick = (column: Column): Column => {
    if (left === 0 || column === undefined) return column;
    return column instanceof Float64Array ? Float64Array.from(kept, i => column[i]!) : kept.map(i => column[i]!);
  };
  return {
    rows: {
      count: kept.length,
      ...Object.fromEntries(present.map(([name, column]) => [name, pick(column)])),
    } as Complete<T>['rows'],
    ...(left > 0 && { note: `${left} of ${count} rows lack a value and are left out: ${reasons}.` }),
  };
}
