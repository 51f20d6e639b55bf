import { formatQuantity, insist } from '../../base/index.ts';
import { failuresAmong } from './failures.ts';
import type { Measurements } from './measurements.ts';
import { median } from './statistics.ts';

/** One programming of one cell and all reads after it. */
export interface Programming {
  readonly level: number;
  readonly device: string;
  /** What was asked for, S; mean of the level where the condition is a current or a label. */
  readonly target: number;
  readonly setCurrent: number;
  /** Distinct read times, ascending, s, the mean reading at each, S, and the number of reads. */
  readonly times: readonly number[];
  readonly means: readonly number[];
  readonly counts: readonly number[];
  /** Sum of squared deviations of repeated reads from their mean at each time, S². */
  readonly within: readonly number[];
}

export interface Grouped {
  /** Level by level. */
  readonly programmings: readonly Programming[];
  /** First programming of each level, and their end; [levels + 1]. */
  readonly first: Int32Array;
  /** Target of each level, S, ascending; 0 is rest. */
  readonly levels: readonly number[];
  /** Level of each row. */
  readonly levelOf: Int32Array;
}

/** Most distinct conditions taken as levels of their own; more are put into this many bins. */
const mostLevels = 40;

/** Puts the reads of one programming together. Rows without a device are programmings of their own. */
export function groupMeasurements(data: Measurements, where: string): Grouped {
  const condition = data.target ?? data.setCurrent;
  const { index, count } = condition ? levelsOf(condition, data.target ? 'S' : 'A', where) : labelsOf(data, where);
  const tracked = data.device !== undefined;
  const groups = new Map<string, number[]>();
  for (let i = 0; i < data.count; i++) {
    const name = tracked ? `${data.device![i]} ${data.cycle?.[i] ?? ''} ${index[i]}` : `${i}`;
    const group = groups.get(name);
    if (group) group.push(i);
    else groups.set(name, [i]);
  }
  const centres = data.target ? null : levelMeans(data, index, count);
  const programmings = Array.from(groups.values(), rows => {
    const first = rows[0]!;
    const level = index[first]!;
    return {
      level,
      device: data.device?.[first] ?? `${first}`,
      target: centres ? centres[level]! : condition![first]!,
      setCurrent: data.setCurrent?.[first] ?? 0,
      ...readsByTime(rows, data),
    };
  }).sort((a, b) => a.level - b.level);
  const first = new Int32Array(count + 1);
  for (const { level } of programmings) first[level + 1]!++;
  for (let level = 0; level < count; level++) first[level + 1]! += first[level]!;
  const levels = Array.from({ length: count }, (_, level) => {
    const own = programmings.slice(first[level], first[level + 1]);
    return Number((own.reduce((sum, p) => sum + p.target, 0) / own.length).toPrecision(12));
  });
  const smallest = median(levels.map((_, level) => first[level + 1]! - first[level]!));
  insist(
    smallest >= 8,
    `${where}: needs at least 8 programmed cells per level for a spread, got ${smallest}; measure more devices or cycles.`,
  );
  return { programmings, first, levels, levelOf: index };
}

/** Distinct read times of some rows, and what was read at each. */
function readsByTime(
  rows: readonly number[],
  { time, conductance }: Measurements,
): Pick<Programming, 'times' | 'means' | 'counts' | 'within'> {
  const order = rows.toSorted((a, b) => time[a]! - time[b]!);
  const found = { times: [] as number[], means: [] as number[], counts: [] as number[], within: [] as number[] };
  for (let from = 0, to = 0; from < order.length; from = to) {
    const at = time[order[from]!]!;
    let sum = 0;
    for (to = from; to < order.length && time[order[to]!] === at; to++) sum += conductance[order[to]!]!;
    const mean = sum / (to - from);
    let square = 0;
    for (let k = from; k < to; k++) square += (conductance[order[k]!]! - mean) ** 2;
    found.times.push(at);
    found.means.push(mean);
    found.counts.push(to - from);
    found.within.push(square);
  }
  return found;
}

/** Levels of labels, in the order of their mean readings. */
function labelsOf(data: Measurements, where: string): { index: Int32Array; count: number } {
  const names = Array.from(new Set(data.label!));
  insist(
    names.length > 1,
    `${where}: holds one level only ('${names[0]}'); a curve needs at least two programming conditions.`,
  );
  const number = new Map(names.map((name, i) => [name, i]));
  const index = Int32Array.from(data.label!, name => number.get(name)!);
  const means = levelMeans(data, index, names.length);
  const ranks = new Map(
    Array.from(names.keys())
      .sort((a, b) => means[a]! - means[b]!)
      .map((level, rank) => [level, rank]),
  );
  return { index: index.map(level => ranks.get(level)!), count: names.length };
}

function levelsOf(condition: Float64Array, unit: 'S' | 'A', where: string): { index: Int32Array; count: number } {
  const rounded = new Map(Array.from(new Set(condition), value => [value, Number(value.toPrecision(7))]));
  const distinct = Array.from(new Set(rounded.values())).sort((a, b) => a - b);
  insist(
    distinct.length > 1,
    `${where}: holds one level only (${formatQuantity(distinct[0]!, unit)}); a curve needs at least two programming conditions.`,
  );
  if (distinct.length <= mostLevels) {
    const at = new Map(distinct.map((value, level) => [value, level]));
    return {
      index: Int32Array.from(condition, value => at.get(rounded.get(value)!)!),
      count: distinct.length,
    };
  }
  const count = mostLevels / 2;
  const order = Array.from(condition.keys()).sort((a, b) => condition[a]! - condition[b]!);
  const index = new Int32Array(condition.length);
  order.forEach((row, rank) => {
    index[row] = Math.floor((rank * count) / order.length);
  });
  return { index, count };
}

/** Mean first reading of the working cells of each level, S, where its target is not known. */
function levelMeans(data: Measurements, index: Int32Array, count: number): number[] {
  const reading = data.reference ?? data.conductance;
  const earliest = data.time.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const values: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < data.count; i++) if (data.time[i]! <= earliest) values[index[i]!]!.push(reading[i]!);
  const high = values.reduce((most, own) => Math.max(most, own.length > 0 ? median(own) : 0), 0);
  return values.map(own => {
    const { fault } = failuresAmong(own, high);
    const working = own.filter((_, k) => fault[k] === 0);
    return working.reduce((a, b) => a + b, 0) / Math.max(1, working.length);
  });
}
