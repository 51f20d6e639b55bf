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
          'cell current and its copy into the converters dominate; the published figure includes the links between cores',
        ),
        validation(
          'efficiency, four phases',
          'TOPS/W',
          [2.48, 2.48],
          tera(four, 'gopsPerWatt'),
          'converters, drivers and control run four times, while each cell conducts in one phase only; the chip draws the same power in both modes',
        ),
        validation(
          'density of a core, one phase',
          'TOPS/mm²',
          [1.59, 1.59],
          tera(one, 'gopsPerMm2'),
          'our cells are those of dense storage and our converters bare counters; the core has 8T4R cells, linearised converters at 4 µm pitch and a digital unit',
        ),
      ],
    };
  },
};
