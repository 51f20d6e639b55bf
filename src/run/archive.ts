import { encodeNpz, type NdArray, ndArray } from '../data/index.ts';
import type { Archive, Subject } from '../pipeline/index.ts';
import { writeWhole } from './whole-file.ts';

/**
 * `prediction.npz` as it is written, network outputs (logits, or regression outputs in standardised units) by side and
 * split: `software/test` [samples, inputs, outputs]; `hardware/test` [chips, times, samples, inputs, outputs], likewise
 * `deterministic/…` with one sample, unseen classes, validation and corrupted splits (the latter two at the headline time
 * alone); `labels/test` and `rows/test` say what the inputs are.
 */
export interface OpenArchive {
  readonly add: Archive;
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

export async function openArchive(subject: Subject, file: string): Promise<OpenArchive> {
  const { data, network, chips, times } = subject;
  const arrays: Record<string, NdArray> = {};
  const outputs = network.outputs;
  const { labels, targets, count } = data.test;
  arrays['labels/test'] =
    data.task === 'classification' ? ndArray([count], labels) : ndArray([count, targets.length / count], targets);
  arrays['rows/test'] = ndArray(
    [count],
    Int32Array.from({ length: count }, (_, i) => i),
  );
  return {
    async add(side, { chip, time }, splits, samples) {
      for (const [split, values] of Object.entries(splits)) {
        const rows = values.length / (samples * outputs);
        if (side === 'software') {
          arrays[`software/${split}`] = ndArray([samples, rows, outputs], values);
          continue;
        }
        const everyTime = split === 'test' || split === 'unseen';
        const held = everyTime ? times.length : 1;
        const name = `${side}/${split}`;
        arrays[name] ??= ndArray(
          [chips.length, held, samples, rows, outputs],
          new Float32Array(chips.length * held * values.length),
        );
        (arrays[name].data as Float32Array).set(values, (chip * held + (everyTime ? time : 0)) * values.length);
      }
    },
    async close() {
      await writeWhole(file, encodeNpz(arrays));
    },
    async abandon() {
      for (const name of Object.keys(arrays)) delete arrays[name];
    },
  };
}
