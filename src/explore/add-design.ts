import { basename } from 'node:path';
import { InputError, within } from '../base/index.ts';
import { faultOf, labelOf, type Point } from '../search/index.ts';
import { openPlaced, replayed } from './explored.ts';
import { replay } from './replay.ts';
import { fileIn, openKept } from './workplace.ts';

/**
 * Has a study in a folder try a point of its space, beside the budget, once it is searched on; says how many such points
 * then wait. Refuses a point that is tried already or stands for no design.
 */
export async function addDesign(folder: string, shown: string, point: Point, database?: string): Promise<number> {
  const placed = await openPlaced(folder, shown);
  const { own } = await replayed(placed);
  const { space } = own.problem;
  const fault = faultOf(space, point);
  if (fault) throw new InputError(`point.${fault}.`);
  within(['point'], () => placed.designs.experimentAt(point));
  const { record, close } = await openKept(
    folder,
    database === undefined ? undefined : { address: database, study: basename(folder) },
  );
  try {
    const { trials, added } = replay(own, record.events, fileIn(folder));
    const label = labelOf(space, point);
    const refuse = (rule: string, hint: string) => new InputError({ path: ['point'], rule, hint });
    const known = trials.find(trial => trial.label === label);
    if (known) throw refuse(`is trial ${known.number} already`, 'study show says what it found');
    const waiting = added.points.slice(added.asked);
    if (waiting.some(other => labelOf(space, other) === label)) {
      throw refuse('was added before', 'search on with explore, which tries it');
    }
    record.append({ event: 'added', at: Date.now(), point });
    await record.settle();
    return waiting.length + 1;
  } finally {
    await close(false);
  }
}
