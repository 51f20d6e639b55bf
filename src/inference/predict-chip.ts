import type { Job } from '../base/index.ts';
import { addEvents, type Events, noEvents } from './events.ts';
import type { Rows, Sampler } from './sampler.ts';
import type { Outputs } from './software.ts';

/** What is asked for at a time of a sampler that does not say. */
const usualPiece = { rows: 256, samples: 16 };

/** Most numbers of one block. */
const mostNumbers = 1 << 24;

/**
 * Samples `first` … of all rows, in blocks of rows that memory holds: `each` gets every block's outputs [samples, rows,
 * outputs] for all samples asked for, with the place of its first row. A block's values are those of the next one after
 * `each` returns: copy what is kept, or `collect` all. Other work gets its turns between pieces. Returns what happened.
 */
export async function predictChip(
  sampler: Sampler,
  outputs: number,
  rows: Rows,
  samples: { readonly first: number; readonly count: number },
  job: Job,
  each: (block: Outputs, firstRow: number) => void,
): Promise<Events> {
  const piece = sampler.piece ?? usualPiece;
  const most = Math.max(1, Math.min(piece.rows, Math.floor(mostNumbers / (samples.count * outputs))));
  const blockRows = Math.ceil(rows.count / Math.ceil(rows.count / most));
  const perCall = Math.max(1, Math.floor((piece.rows * piece.samples) / blockRows));
  const width = rows.count > 0 ? rows.inputs.length / rows.count : 0;
  const values = new Float32Array(rows.count > 0 ? samples.count * blockRows * outputs : 0);
  let events = noEvents;
  for (let from = 0; from < rows.count; from += blockRows) {
    const count = Math.min(blockRows, rows.count - from);
    const numbers = new Uint32Array(count);
    for (let i = 0; i < count; i++) numbers[i] = rows.numbers?.[from + i] ?? from + i;
    const part = { inputs: rows.inputs.subarray(from * width, (from + count) * width), count, numbers };
    for (let s = 0; s < samples.count; s += perCall) {
      const some = Math.min(perCall, samples.count - s);
      const out = values.subarray(s * count * outputs, (s + some) * count * outputs);
      events = addEvents(events, sampler.draw(out, part, samples.first + s, some));
      job.progress((from + (count * (s + some)) / samples.count) / rows.count);
      const turn = job.turn();
      if (turn) await turn;
    }
    const block = values.subarray(0, samples.count * count * outputs);
    each({ values: block, samples: samples.count, count, outputs }, from);
  }
  return events;
}

/** All outputs of a prediction in one, and what happened. */
export async function collect(
  sampler: Sampler,
  outputs: number,
  rows: Rows,
  samples: { readonly first: number; readonly count: number },
  job: Job,
): Promise<{ readonly outputs: Outputs; readonly events: Events }> {
  const { count } = rows;
  const values = new Float32Array(samples.count * count * outputs);
  const events = await predictChip(sampler, outputs, rows, samples, job, (block, firstRow) => {
    const length = block.count * outputs;
    for (let s = 0; s < samples.count; s++) {
      values.set(block.values.subarray(s * length, (s + 1) * length), (s * count + firstRow) * outputs);
    }
  });
  return { outputs: { values, samples: samples.count, count, outputs, saturation: events.saturation }, events };
}
