import { kernels } from '../kernels/index.ts';
import type { CellReads, Cells, Device } from './device.ts';
import { momentsAt } from './moments.ts';
import { lookUpTable } from './table.ts';

/** Points of the range between which the share that ageing leaves is interpolated. */
const points = 257;

/**
 * Conductances, S, `time` seconds after programming, of cells that were read from a real array: as read at the times of the
 * reads, on straight lines in ln(1 s + t) between two reads, and before the first and after the last read as the mean of the
 * device's model goes on from it. Cells that do not work stay as they were read. Returns `out`, [cells].
 */
export function measuredAt(
  device: Device,
  { target, fault, reads }: Pick<Cells, 'target' | 'fault'> & { readonly reads: CellReads },
  time: number,
  out: Float32Array,
): Float32Array {
  const { times, conductance } = reads;
  const next = times.findIndex(t => t >= time);
  const nearest = next < 0 ? times.length - 1 : next;
  out.set(conductance[nearest]!);
  const from = times[nearest]!;
  if (from === time) return out;
  if (next > 0) {
    const [before, after] = [Math.log1p(times[next - 1]!), Math.log1p(from)];
    const share = (Math.log1p(time) - before) / (after - before);
    kernels().scale(out, out, share, 0);
    kernels().axpy(out, 1 - share, conductance[next - 1]!);
    return out;
  }
  if (!device.relaxation && !device.drift) return out;
  const left = lookUpTable(new Float32Array(out.length), keptBetween(device, from, time), target);
  for (let i = 0; i < out.length; i++) if (fault[i] === 0) out[i]! *= left[i]!;
  return out;
}

/** Mean conductance at one time over that at another, by target. */
function keptBetween(device: Device, from: number, to: number) {
  const { high } = device.range;
  const values = Float32Array.from({ length: points }, (_, i) => {
    const target = (high * i) / (points - 1);
    const { mean } = momentsAt(device, target, from);
    return mean > 0 ? momentsAt(device, target, to).mean / mean : 1;
  });
  return { values, high };
}
