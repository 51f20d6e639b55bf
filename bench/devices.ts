import { spawnSync } from 'node:child_process';
import {
  type Cells,
  conductanceAt,
  type Device,
  devices,
  findDevice,
  nearestTarget,
  ownProcedure,
  programCells,
  readStd,
} from '../src/device/index.ts';
import { readSequence } from '../src/device/read-sequence.ts';
import { kernels } from '../src/kernels/index.ts';
import { fillUniform, keyOf } from '../src/random/index.ts';
import type { Measurement } from './kernels.ts';

const million = 1_000_000;
const day = 86400;
const rounds = 7;

/** Least time of several runs, ms. */
function fastest(run: (round: number) => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run(round);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** A million targets over the range, a third of them at rest. */
function targetsOf(device: Device): Float32Array {
  const u = fillUniform(keyOf(1), new Float32Array(million));
  return u.map(value => (value < 1 / 3 ? 0 : nearestTarget(device, device.range.high * (1.5 * value - 0.5))));
}

function deviceTimes(device: Device): { program: number; age: number; read: number } {
  const targets = targetsOf(device);
  const out = new Float32Array(million);
  let cells: Cells | undefined;
  const program = fastest(round => {
    cells = programCells(keyOf(round), device, targets, ownProcedure(device));
  });
  const age = fastest(() => conductanceAt(device, cells!, day, out));
  const read = fastest(() => readStd(device, cells!, day, out, new Float32Array(million)));
  return { program, age, read };
}

/** Reads of 512 × 512 cells with memory against white ones, alternating; the ratio of their least times. */
function trainRatio(count: number): { white: number; memory: number } {
  const device = findDevice('pcm-ibm');
  const size = 512 * 512;
  const conductance = new Float32Array(size).fill(12e-6);
  const out = new Float32Array(count * size);
  const least = { white: Number.POSITIVE_INFINITY, spectrum: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 4; round++) {
    for (const memory of ['white', 'spectrum'] as const) {
      const start = performance.now();
      readSequence(
        keyOf(round),
        device,
        { target: conductance },
        conductance,
        { count, lag: 1e-5, time: 60, memory },
        out,
      );
      least[memory] = Math.min(least[memory], performance.now() - start);
    }
  }
  return { white: least.white, memory: least.spectrum };
}

/** The formulas of `pcm-ibm` in vectorised NumPy, single precision: milliseconds to program and to age a million cells. */
const numpy = `
import time
import numpy as np
rng = np.random.default_rng(0)
g = rng.random(1000000, dtype=np.float32)
def least(f):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)
def program():
    global p, nu
    s = np.maximum(.26348 + 1.965 * g - 1.1731 * g * g, 0)
    p = np.maximum(25 * g + s * rng.standard_normal(g.size, dtype=np.float32), 0)
    m = np.clip(-.0155 * np.log(g + 1e-9) + .0244, .049, .1)
    v = np.clip(-.0125 * np.log(g + 1e-9) - .0059, .008, .045)
    nu = np.abs(m + v * rng.standard_normal(g.size, dtype=np.float32))
def age():
    return p * np.float32(86420 / 20) ** -nu
print(least(program), least(age))
`;

function numpyTimes(): { program: number; age: number } | null {
  for (const python of ['python3', 'python']) {
    const { status, stdout } = spawnSync(python, ['-c', numpy], { encoding: 'utf8' });
    if (status !== 0) continue;
    const [program, age] = stdout.trim().split(' ').map(Number);
    return { program: program!, age: age! };
  }
  return null;
}

/** Programming, ageing and reading of a million cells of every preset, and trains of reads. */
export const devicesBench = {
  run(): Measurement[] {
    const native = kernels().name === 'native';
    const judged = (value: number, most: number): Pick<Measurement, 'goal' | 'met'> =>
      native ? { goal: `≤ ${most}`, met: value <= most } : {};
    const rows: Measurement[] = [];
    for (const device of Object.values(devices)) {
      const { program, age, read } = deviceTimes(device);
      rows.push({
        name: `${device.name}: program a million cells`,
        value: program,
        unit: 'ms',
        ...judged(program, 60),
      });
      rows.push({ name: `${device.name}: age a million cells`, value: age, unit: 'ms', ...judged(age, 40) });
      rows.push({
        name: `${device.name}: read spread of a million cells`,
        value: read,
        unit: 'ms',
        ...judged(read, 40),
      });
    }
    const reference = numpyTimes();
    if (reference) {
      rows.push({ name: 'pcm-ibm in NumPy: program a million cells', value: reference.program, unit: 'ms' });
      rows.push({ name: 'pcm-ibm in NumPy: age a million cells', value: reference.age, unit: 'ms' });
    }
    for (const count of [16, 64, 128, 256]) {
      const { white, memory } = trainRatio(count);
      rows.push({
        name: `${count} reads of 512×512 cells with memory, in units of white ones`,
        value: memory / white,
        unit: '×',
        ...judged(memory / white, 2),
        note: `${(white / count).toFixed(2)} ms a white read`,
      });
    }
    return rows;
  },
};
