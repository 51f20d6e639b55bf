import { encodeCsv, encodeParquet, type TableSource } from '../data/index.ts';
import { conductanceAt, type Device, fillReadNoise, type Procedure, readStd } from '../device/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { Chip } from './chip.ts';
import { type Plan, planPlacement } from './plan.ts';
import { momentsTable } from './real-chip.ts';

/** Where each cell of a plan lies, as columns of a table. */
function addresses(plan: Plan): TableSource {
  const count = plan.target.length;
  const address = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
  planPlacement(plan).cellAddress(address);
  const whole = (data: Int32Array) => ({ type: 'INT32', data }) as const;
  return { array: whole(address.array), row: whole(address.row), column: whole(address.column) };
}

/**
 * What a bench needs to program a plan, one row per cell: its address, target (S), what to do (`RESET`, `SET`, `SET and verify` or
 * `staircase`), SET current (A), pulse (V, s) and conductance added by one (S) where they are known, most pulses, the window in
 * which a reading is accepted (S; 0 to ∞ where none is verified), and mean and spread to be read at `time` (S).
 */
export function recipeTable(plan: Plan, device: Device, procedure: Procedure, time: number): TableSource {
  const { target, setCurrent } = plan;
  const { high } = device.range;
  const { voltage, duration } = device.write ?? {};
  const same = (value: number) => ({ type: 'DOUBLE', data: new Float64Array(target.length).fill(value) }) as const;
  const of = (value: (goal: number) => number) => ({ type: 'DOUBLE', data: Float64Array.from(target, value) }) as const;
  const known = momentsTable(device, time);
  const kind = device.programming.procedure ?? procedure.kind;
  const steps = { 'single-pulse': 'SET', 'program-and-verify': 'SET and verify', staircase: 'staircase' }[kind];
  const { iterations = 1, step, window } = limitsOf(procedure, high);
  return {
    ...addresses(plan),
    'target (S)': { type: 'FLOAT', data: target },
    step: { type: 'STRING', data: Array.from(target, goal => (goal === 0 ? 'RESET' : steps)) },
    ...(setCurrent && { 'SET current (A)': { type: 'FLOAT', data: setCurrent } }),
    ...(voltage !== undefined && { 'pulse (V)': same(voltage) }),
    ...(duration !== undefined && { 'pulse (s)': same(duration) }),
    ...(step !== undefined && { 'added by a pulse (S)': same(step) }),
    'most pulses': of(goal => (goal === 0 ? 1 : iterations)),
    'accept from (S)': of(goal => (goal === 0 ? 0 : Math.max(0, goal - window))),
    'accept to (S)': of(goal => (goal === 0 ? Number.POSITIVE_INFINITY : goal + window)),
    'expected (S)': of(goal => known(goal)[0]),
    'spread (S)': of(goal => known(goal)[1]),
  };
}

/** Most pulses, what one adds, and how far from its target a reading may be, S. */
function limitsOf(procedure: Procedure, high: number): { iterations?: number; step?: number; window: number } {
  if (procedure.kind === 'single-pulse') return { window: Number.POSITIVE_INFINITY };
  const { iterations } = procedure;
  if (procedure.kind === 'program-and-verify') return { iterations, window: (procedure.tolerance ?? 0.01) * high };
  const step = (procedure.step ?? 0.02) * high;
  return { iterations, step, window: step / 2 };
}

/**
 * One read of every cell of a chip at some times, one row per cell and time, as `readsOf` takes them. Reads of a simulated chip
 * have read noise, independent from time to time; those of a real one have it already.
 */
export function chipTable(key: Key, { plan, cells }: Chip, device: Device, times: readonly number[]): TableSource {
  const count = plan.target.length;
  const repeated = <A extends Int32Array | Float32Array>(one: A, out: A): A => {
    for (let t = 0; t < times.length; t++) out.set(one, t * count);
    return out;
  };
  const all = new Float32Array(times.length * count);
  for (const [t, time] of times.entries()) {
    const now = conductanceAt(device, cells, time, all.subarray(t * count, (t + 1) * count));
    if (cells.reads || !device.read) continue;
    const std = readStd(device, cells, time, now, new Float32Array(count));
    const noise = fillReadNoise(fold(key, t), device, new Float32Array(count));
    for (let i = 0; i < count; i++) now[i]! += std[i]! * noise[i]!;
  }
  for (let i = 0; i < all.length; i++) if (cells.fault[i % count] === 2) all[i] = Number.NaN;
  const placed = Object.entries(addresses(plan)).map(([name, { data }]) => {
    const whole = repeated(data as Int32Array, new Int32Array(all.length));
    return [name, { type: 'INT32', data: whole }] as const;
  });
  return {
    ...Object.fromEntries(placed),
    'target (S)': { type: 'FLOAT', data: repeated(plan.target, new Float32Array(all.length)) },
    'time (s)': { type: 'DOUBLE', data: Float64Array.from(all, (_, i) => times[Math.floor(i / count)]!) },
    'conductance (S)': { type: 'FLOAT', data: all },
  };
}

/** A table as the ending of its file says: Parquet, or else CSV. */
export const encodeTable = (table: TableSource, name: string): Uint8Array =>
  name.endsWith('.parquet') ? encodeParquet(table) : new TextEncoder().encode(encodeCsv(table));
