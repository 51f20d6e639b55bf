import { insist } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import type { Cells, Device } from './device.ts';
import { driftTime } from './drift.ts';
import { measuredAt } from './measured.ts';
import { lookUpTable, tableAt } from './table.ts';

/**
 * Conductance of every cell `time` seconds after programming, S, without read noise: relaxation, then drift; never
 * negative. Stuck cells stay as they are, real ones as `measuredAt` says. Returns `out`, [cells].
 */
export function conductanceAt(device: Device, cells: Cells, time: number, out: Float32Array): Float32Array {
  insist(time >= 0, `time: must be 0 s or later (time counts from programming), got ${time}.`);
  const { relaxation, drift, rest, range } = device;
  const { programmed, undershoot, target, fault, reads } = cells;
  if (reads) return measuredAt(device, { target, fault, reads }, time, out);
  const count = programmed.length;
  if (time === 0 || (!relaxation && !drift)) {
    out.set(programmed);
    return out;
  }
  if (drift) {
    kernels().scale(out, cells.driftExponent!, -driftTime(drift, time), 0);
    kernels().unary('exp', out, out);
  }
  if (relaxation) {
    const over = { rest: rest.mean, high: range.high };
    const of = (name: 'mean' | 'std') =>
      lookUpTable(
        new Float32Array(count),
        tableAt(device, `${name} of relaxation`, time, relaxation[name], over),
        target,
      );
    const [mean, std] = [of('mean'), of('std')];
    kernels().binary('multiply', std, std, cells.relaxation!);
    kernels().axpy(mean, 1, std);
    kernels().axpy(mean, 1, programmed);
    if (undershoot) kernels().axpy(mean, 1, undershoot);
    kernels().unary('relu', mean, mean);
    if (drift) kernels().binary('multiply', out, out, mean);
    else out.set(mean);
  } else kernels().binary('multiply', out, out, programmed);
  keepStuck(out, programmed, fault);
  return out;
}

/** Cells whose faults are looked at together: nearly all work. */
const together = 4;

/** Leaves stuck cells as they were programmed. */
function keepStuck(out: Float32Array, programmed: Float32Array, fault: Int8Array): void {
  const keep = (from: number, end: number) => {
    for (let i = from; i < end; i++) if (fault[i] !== 0) out[i] = programmed[i]!;
  };
  const whole = fault.byteOffset % together === 0 ? Math.floor(fault.length / together) : 0;
  const words = new Int32Array(fault.buffer, whole > 0 ? fault.byteOffset : 0, whole);
  for (let w = 0; w < words.length; w++) if (words[w] !== 0) keep(together * w, together * (w + 1));
  keep(together * whole, fault.length);
}
