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
 * Evaluates variants into their folders, side by side: some here by `evaluate`, which has what the run has made in memory, the
 * others as wholes in a pool's processes. What trains is trained here before, where chains have processes and a checkpoint its place.
 * Leaves the work where there is nothing to share or too little memory to do it side by side.
 */
export async function variantsSideBySide(
  run: Run,
  variants: readonly Run[],
  jobFor: (label: string) => Job,
  evaluate: (variants: readonly Run[], job: Job) => Promise<unknown>,
): Promise<void> {
  const { pool, threads } = jobFor('variants');
  const families = pool ? await familiesOf(run, variants) : [];
  const lanes = Math.min(families.length, threads);
  const largest = Math.max(...variants.map(({ subject }) => memoryOf(subject)));
  if (!pool || lanes < 2 || lanes * largest > machineRoom.memory()) return;
  for (const { subject } of variants) {
    for (const pipeline of [subject.own, subject.twin]) await pipeline.get('training', {}, jobFor('variants'));
  }
  const job = jobFor('variants');
  const done = new Map<readonly Run[], number>();
  const told = (family: readonly Run[], fraction: number) => {
    if (done.get(family) === fraction * family.length) return;
    done.set(family, fraction * family.length);
    const sum = [...done.values()].reduce((a, b) => a + b);
    job.progress(sum / variants.length, `${Math.floor(sum)} of ${variants.length}`);
  };
  await sideBySide(lanes, job, async (lane, own) => {
    for (;;) {
      const family = lane === 0 ? families.shift() : families.pop();
      if (!family) return;
      const part = { ...own, progress: (fraction: number) => told(family, fraction) };
      if (lane === 0) await evaluate(family, part);
      else {
        const names = family.map(({ variant }) => variant!.name);
        const payload: VariantsAsked = { ...placeOf(run), names };
        await pool.run({ id: names.join(', '), kind: variantsKind, payload }, part);
      }
      told(family, 1);
    }
  });
}

/** Variants that share results which the experiment itself does not have: one process makes each of these once. */
async function familiesOf(run: Run, variants: readonly Run[]): Promise<(readonly Run[])[]> {
  const common = new Set(await addressesOf(run));
  let families: { readonly variants: readonly Run[]; readonly addresses: ReadonlySet<Address> }[] = [];
  for (const variant of variants) {
    const addresses = (await addressesOf(variant)).filter(address => !common.has(address));
    const related = families.filter(family => addresses.some(address => family.addresses.has(address)));
    const joined = {
      variants: [...related.flatMap(family => family.variants), variant],
      addresses: new Set([...related.flatMap(family => [...family.addresses]), ...addresses]),
    };
    families = [...families.filter(family => !related.includes(family)), joined];
  }
  return families.map(family => family.variants);
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
