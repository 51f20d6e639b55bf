import { type Address, type Job, sideBySide } from '../base/index.ts';
import { stages } from '../pipeline/index.ts';
import { type Helped, placeOf } from './measured-elsewhere.ts';
import type { Run } from './open.ts';
import { machineRoom, memoryOf } from './room.ts';

/** Kind of task that evaluates variants of a run. */
export const variantsKind = 'variants';

/** Variants of a run, by name, that one process evaluates one after the other. */
export interface VariantsAsked extends Helped {
  readonly names: readonly string[];
}

/**
 * Has a pool's processes evaluate variants as wholes, into their folders. What trains is trained here before, where chains have
 * processes and a checkpoint its place. Leaves the work where there is nothing to share or too little memory to do it side by side.
 */
export async function variantsElsewhere(run: Run, variants: readonly Run[], jobFor: (label: string) => Job) {
  const { pool, threads } = jobFor('variants');
  const families = pool ? await familiesOf(run, variants) : [];
  const together = Math.min(families.length, threads);
  const largest = Math.max(...variants.map(({ subject }) => memoryOf(subject)));
  if (!pool || together < 2 || together * largest > machineRoom.memory()) return;
  for (const { subject } of variants) {
    for (const pipeline of [subject.own, subject.twin]) await pipeline.get('training', {}, jobFor('variants'));
  }
  const job = jobFor('variants');
  const done = families.map(() => 0);
  await sideBySide(families.length, job, async (i, own) => {
    const names = families[i]!;
    const payload: VariantsAsked = { ...placeOf(run), names };
    const progress = (fraction: number) => {
      done[i] = fraction * names.length;
      const sum = done.reduce((a, b) => a + b);
      job.progress(sum / variants.length, `${Math.floor(sum)} of ${variants.length}`);
    };
    await pool.run({ id: names.join(', '), kind: variantsKind, payload }, { ...own, progress });
    progress(1);
  });
}

/** Variants, by name, that share results which the experiment itself does not have: one process makes each of these once. */
async function familiesOf(run: Run, variants: readonly Run[]): Promise<string[][]> {
  const common = new Set(await addressesOf(run));
  let families: { readonly names: string[]; readonly addresses: ReadonlySet<Address> }[] = [];
  for (const variant of variants) {
    const addresses = (await addressesOf(variant)).filter(address => !common.has(address));
    const related = families.filter(family => addresses.some(address => family.addresses.has(address)));
    const joined = {
      names: [...related.flatMap(({ names }) => names), variant.variant!.name],
      addresses: new Set([...related.flatMap(family => [...family.addresses]), ...addresses]),
    };
    families = [...families.filter(family => !related.includes(family)), joined];
  }
  return families.map(({ names }) => names);
}

/** Addresses of what a design and its deterministic twin keep in files; those of the first chip stand for all chips. */
async function addressesOf({ subject: { own, twin, chips } }: Run): Promise<Address[]> {
  const { training, range, plan, chip } = stages;
  const at = { chip: chips[0]! };
  const names = [own, twin].flatMap(pipeline => [
    pipeline.names(training, at),
    pipeline.names(range, at),
    pipeline.names(plan, at),
    pipeline.names(chip, at),
  ]);
  return (await Promise.all(names)).map(({ address }) => address);
}
