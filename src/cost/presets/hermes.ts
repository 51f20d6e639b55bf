import { cite } from '../citations.ts';
import { costOf } from '../cost.ts';
import type { Workload } from '../workload.ts';
import { type CostPreset, validation } from './preset.ts';

/** One full product of a 256×256 core; inputs and weights uniform over their signed ranges. */
const workload: Workload = {
  name: '256×256 matrix-vector product',
  layers: [{ name: 'core', rows: 256, columns: 256, positions: 1 }],
  samples: 1,
  inputBits: 8,
  outputBits: 8,
  entropy: 'none',
  inputMean: 0.5,
};

/**
 * 8T4R cells: two devices a sign, of which one sign conducts: half of half of the 10.35 µS a device reaches.
 * 133 ns a phase follows from 63.1 TOPS over 64 cores.
 */
const architecture = {
  kind: 'analog-core',
  node: '14 nm',
  cell: 'pcm',
  cellsPerWeight: 4,
  conductance: 10.35e-6 / 4,
  readVoltage: '0.2 V',
  readTime: (2 * 64 * 256 * 256) / 63.1e12,
  adc: 'cco',
  columnsPerAdc: 1,
} as const;

/** The 64-core PCM chip, one core. */
export const hermes: CostPreset = {
  name: 'hermes',
  title: 'Hermes: 64-core PCM chip at 14 nm, 8-bit products',
  cite: [cite.Hermes, cite.Hermes21],
  run() {
    const none = () => [];
    const one = costOf(workload, architecture, { baselines: none });
    const four = costOf(workload, { ...architecture, phases: 4 }, { baselines: none });
    const tera = (document: typeof one, name: 'gopsPerWatt' | 'gopsPerMm2') => ({
      central: document[name]! / 1e3,
      low: document.bands[name].low! / 1e3,
      high: document.bands[name].high! / 1e3,
    });
    return {
      ...one,
      preset: 'hermes',
      title: hermes.title,
      validation: [
        validation(
          'efficiency, one phase',
          'TOPS/W',
          [9.76, 9.76],
          tera(one, 'gopsPerWatt'),
          'cell currents of uniform data and converters; the converters were derived from this chip, so that this is no test of them',
        ),
        validation(
          'efficiency, four phases',
          'TOPS/W',
          [2.48, 2.48],
          tera(four, 'gopsPerWatt'),
          'converters run four times, while each cell conducts in one phase only',
        ),
        validation(
          'one phase over four phases',
          '1',
          [9.76 / 2.48, 9.76 / 2.48],
          {
            central: one.gopsPerWatt! / four.gopsPerWatt!,
            low: one.gopsPerWatt! / four.gopsPerWatt!,
            high: one.gopsPerWatt! / four.gopsPerWatt!,
          },
          'the published pair leaves 2 % of the energy of one phase to the data; uniform inputs and weights, our assumption, make it a third',
        ),
        validation(
          'density of a core, one phase',
          'TOPS/mm²',
          [1.59, 1.59],
          tera(one, 'gopsPerMm2'),
          'cells and converters were derived from this core, so that this is no test of them',
        ),
      ],
    };
  },
};
