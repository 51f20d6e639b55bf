import { conductanceAt, type Device, type Measurements, ownProcedure, programCells } from '../../src/device/index.ts';
import { readSequence } from '../../src/device/read-sequence.ts';
import { fold, type Key } from '../../src/random/index.ts';

export interface Campaign {
  readonly targets: readonly number[];
  readonly devices: number;
  readonly cycles: number;
  readonly times: readonly number[];
  readonly reads: number;
}

/** Measurements as an experimenter would take them: every device programmed to every target, in cycles, read over time. */
export function measure(device: Device, { targets, devices, cycles, times, reads }: Campaign, key: Key): Measurements {
  const columns = {
    target: [] as number[],
    conductance: [] as number[],
    time: [] as number[],
    device: [] as string[],
    cycle: [] as string[],
  };
  targets.forEach((target, level) => {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const asked = new Float32Array(devices).fill(target);
      const cycleKey = fold(fold(key, level), cycle);
      const cells = programCells(cycleKey, device, asked, ownProcedure(device), { deviceKey: fold(key, 'chip') });
      times.forEach((time, t) => {
        const g = conductanceAt(device, cells, time, new Float32Array(devices));
        const out = readSequence(
          fold(cycleKey, 1000 + t),
          device,
          cells,
          g,
          { count: reads, lag: 1e-3, time, memory: 'white' },
          new Float32Array(reads * devices),
        );
        for (let r = 0; r < reads; r++) {
          for (let i = 0; i < devices; i++) {
            columns.target.push(target);
            columns.conductance.push(Math.max(0, out[r * devices + i]!));
            columns.time.push(time);
            columns.device.push(`d${i}`);
            columns.cycle.push(`c${cycle}`);
          }
        }
      });
    }
  });
  return {
    count: columns.target.length,
    conductance: Float64Array.from(columns.conductance),
    target: Float64Array.from(columns.target),
    time: Float64Array.from(columns.time),
    device: columns.device,
    cycle: columns.cycle,
  };
}
