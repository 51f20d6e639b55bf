import { statfs } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { type Address, type Fault, formatBytes, InputError } from '../base/index.ts';
import { type Sizes, type Stage, type Subject, sizesOf, stages } from '../pipeline/index.ts';
import type { DirectoryStore } from './directory-store.ts';

/** Bytes that a run may take. */
export interface Room {
  memory(): number;
  /** On the disk of a folder that may still have to be made. */
  disk(folder: string): Promise<number>;
}

/** What the machine has. */
export const machineRoom: Room = {
  memory: () => process.availableMemory(),
  async disk(folder) {
    for (let place = folder; ; place = dirname(place)) {
      const found = await statfs(place).catch(() => undefined);
      if (found) return found.bavail * found.bsize;
      if (dirname(place) === place) return Number.POSITIVE_INFINITY;
    }
  },
};

interface Placed {
  readonly subject: Subject;
  readonly directory: DirectoryStore;
  /** Set where it is a variant, whose predictions are not archived. */
  readonly variant?: unknown;
}

/** Refuses runs that would not fit in memory, one after the other, or on disk, all together; what is there already counts for nothing. */
export async function checkRoom(runs: readonly Placed[], room: Room): Promise<void> {
  const faults: Fault[] = [];
  const free = { memory: room.memory(), disk: await room.disk(runs[0]!.directory.path) };
  const disk = { posterior: 0, plan: 0, chips: 0, archive: 0 };
  const counted = new Set<Address>();
  for (const run of runs) {
    const { memory, disk: own } = sizesOf(run.subject);
    if (!(await run.directory.record('evaluation'))) faults.push(...memoryFaults(memory, free.memory, run.subject));
    const missing = await missingOf(own, run, counted);
    for (const kind of keysOf(disk)) disk[kind] += missing[kind];
  }
  if (totalOf(disk) > free.disk) faults.push(diskFault(disk, free.disk, runs[0]!));
  if (faults.length > 0) throw new InputError(faults);
}

/** What a directory does not hold yet, nor takes from another that was counted: equal results are written once. */
async function missingOf(
  disk: Sizes['disk'],
  { subject, directory, variant }: Placed,
  counted: Set<Address>,
): Promise<Sizes['disk']> {
  const { own, chips } = subject;
  const isMissing = async (stage: 'training' | 'plan' | 'chip', at: { readonly chip?: number } = {}) => {
    const { address } = await own.names(stages[stage] as Stage<unknown, never, unknown>, at);
    if (counted.has(address)) return false;
    counted.add(address);
    return !(await directory.record(stage, at));
  };
  let missing = 0;
  for (const chip of chips) if (await isMissing('chip', { chip })) missing++;
  return {
    posterior: (await isMissing('training')) ? disk.posterior : 0,
    plan: (await isMissing('plan')) ? disk.plan : 0,
    chips: (disk.chips * missing) / chips.length,
    archive: variant || (await directory.record('prediction')) ? 0 : disk.archive,
  };
}

/** Bytes of memory that a run takes. */
export const memoryOf = (subject: Subject): number => totalOf(sizesOf(subject).memory);

function memoryFaults(memory: Sizes['memory'], free: number, { experiment }: Subject): Fault[] {
  if (totalOf(memory) <= free) return [];
  const { evaluate } = experiment;
  const allHeld = evaluate.archive ? 'set evaluate.archive: false' : 'evaluate fewer test rows (data.test)';
  const wayOut: Record<keyof Sizes['memory'], string> = {
    posterior: 'keep fewer draws (posterior)',
    plan: 'take fewer copies (sampling.samples)',
    chip: 'take fewer copies (sampling.samples)',
    states: 'draw white noise of reads (sampling.memory: false) or take a smaller network',
    outputs: `take fewer samples (sampling.samples) or ${allHeld}`,
    software: 'take fewer evaluate.softwareSamples',
  };
  const rule = `takes ${formatBytes(totalOf(memory))} of memory (${told(memory)}), where ${formatBytes(free)} are free`;
  return [{ path: [], rule, hint: wayOut[largestOf(memory)] }];
}

function diskFault(disk: Sizes['disk'], free: number, { directory }: Placed): Fault {
  const place = relative('', directory.path) || '.';
  const withoutArchive = totalOf(disk) - disk.archive;
  const needs = `${formatBytes(totalOf(disk))} of disk (${told(disk)}), where ${formatBytes(free)} are free in ${place}`;
  if (withoutArchive <= free) {
    return {
      path: ['evaluate', 'archive'],
      rule: `keeps the outputs of all samples, so that the run takes ${needs}`,
      hint: 'set evaluate.archive: false, or name a place on a larger disk with --out',
    };
  }
  const wayOut: Record<keyof Sizes['disk'], string> = {
    posterior: 'keep fewer draws (posterior)',
    plan: 'take fewer copies (sampling.samples)',
    chips: 'take fewer evaluate.chips or copies (sampling.samples)',
    archive: 'set evaluate.archive: false and take less of the rest',
  };
  const hint = `${wayOut[largestOf(disk)]}, or name a place on a larger disk with --out`;
  return { path: [], rule: `takes ${needs}`, hint };
}

const keysOf = <K extends string>(record: Readonly<Record<K, number>>): K[] => Object.keys(record) as K[];

const totalOf = (bytes: Readonly<Record<string, number>>): number => Object.values(bytes).reduce((a, b) => a + b, 0);

const largestOf = <K extends string>(bytes: Readonly<Record<K, number>>): K =>
  keysOf(bytes).reduce((a, b) => (bytes[b] > bytes[a] ? b : a));

/** What takes most, largest first. */
function told(bytes: Readonly<Record<string, number>>): string {
  const total = totalOf(bytes);
  return Object.entries(bytes)
    .filter(([, size]) => size > total / 100)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, size]) => `${kind} ${formatBytes(size)}`)
    .join(', ');
}
