import type { ArrayData, DeclaredArray } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { sourceOf } from '../inference/index.ts';
import { transferMethodOf } from '../transfer/index.ts';
import { corruptedName, corruptionsWanted } from './corruptions.ts';
import { samplesOf } from './design-facts.ts';
import { softwareSamples } from './measure-chips.ts';
import type { Subject } from './subject.ts';

/**
 * The arrays of an archive of predictions, network outputs (logits, or regression outputs in standardised units) by side
 * and split: `software/test` [samples, rows, outputs]; `hardware/test` [chips, times, samples, rows, outputs] and
 * `deterministic/test` likewise with one sample; the same under `…/unseen`, `…/validation` and
 * `…/test/<corruption>/<strength>`. `given` are those known before: `labels/test` [rows] or
 * `targets/test` [rows, targets], and `rows/test`, the number of each row in its split.
 */
export function archivedArrays(subject: Subject): {
  readonly arrays: readonly DeclaredArray[];
  readonly given: Readonly<Record<string, ArrayData>>;
} {
  const { data, design, network, chips, times, experiment } = subject;
  const { test, validation, unseen } = data;
  const splits: [name: string, rows: number][] = [
    ['test', test.count],
    ...(unseen ? [['unseen', unseen.count] as [string, number]] : []),
    ...(experiment.evaluate.calibration === 'none' ? [] : [['validation', validation.count] as [string, number]]),
    ...corruptionsWanted(experiment).map((one): [string, number] => [corruptedName(one), test.count]),
  ];
  const arrays: DeclaredArray[] = splits.flatMap(([name, rows]) => {
    const held = times.length;
    const { outputs } = network;
    return [
      { name: `software/${name}`, dtype: 'f4' as const, shape: [softwareSamples(subject), rows, outputs] },
      {
        name: `hardware/${name}`,
        dtype: 'f4' as const,
        shape: [chips.length, held, samplesHeld(design), rows, outputs],
      },
      { name: `deterministic/${name}`, dtype: 'f4' as const, shape: [chips.length, held, 1, rows, outputs] },
    ];
  });
  const classes = data.task === 'classification';
  const rows = Int32Array.from({ length: test.count }, (_, i) => i);
  return {
    arrays: [
      ...arrays,
      classes
        ? { name: 'labels/test', dtype: 'i4', shape: [test.count] }
        : { name: 'targets/test', dtype: 'f4', shape: [test.count, test.targets.length / test.count] },
      { name: 'rows/test', dtype: 'i4', shape: [test.count] },
    ],
    given: { ...(classes ? { 'labels/test': test.labels } : { 'targets/test': test.targets }), 'rows/test': rows },
  };
}

/** Samples that a chip's prediction has: no more than copies that the method of transfer makes, where each reads one. */
function samplesHeld(design: Design): number {
  const { copies = Number.POSITIVE_INFINITY } = transferMethodOf(design.transfer);
  const ownCopies = sourceOf(design.sampling).copies(design.sampling) > 1;
  return Math.min(samplesOf(design), ownCopies ? copies : Number.POSITIVE_INFINITY);
}
