import type { LayerSchedule } from '../architecture.ts';
import { type Baseline, equivalentSram } from '../baselines.ts';
import { cite } from '../citations.ts';
import { type CostDocument, costOf } from '../cost.ts';
import type { Estimate } from '../estimate.ts';
import { type RatioName, sensitivity } from '../sensitivity.ts';
import type { Workload } from '../workload.ts';
import { denseLayers, vggBinaryConnect } from '../workloads.ts';
import { type CostPreset, validation } from './preset.ts';

/** The core as we declare it; the paper's own list of components was not at hand. */
const architecture = {
  kind: 'binary-noise-plane',
  node: '14 nm',
  cell: 'pcm',
  conductance: '10 uS',
  readVoltage: '0.2 V',
  readTime: '10 ns',
  noiseCells: 2,
} as const;

/** The same organisation in SRAM: a tile of probabilities, read row by row as fast as the core, a fresh draw at every use. */
export const mirroredSram = (design: Estimate, changes: Record<string, unknown> = {}): Baseline => {
  const [{ cycles, time }] = design.schedule.layers as [LayerSchedule];
  return equivalentSram(design, { organisation: 'tiled', resample: 'per-read', clock: cycles / time, ...changes });
};

/** SRAM designs from the one that mirrors the core to the strongest that we can draw. */
const sramVariants = (design: Estimate): Baseline[] => [
  { ...mirroredSram(design), name: 'sram, mirrored core' },
  { ...mirroredSram(design, { parameterBits: 16 }), name: 'sram, mirrored, 16-bit probabilities' },
  { ...mirroredSram(design, { parameterBits: 4 }), name: 'sram, mirrored, 4-bit probabilities' },
  { ...mirroredSram(design, { access: 'macro' }), name: 'sram, mirrored, cache-like macros' },
  { ...mirroredSram(design, { generator: 'clt' }), name: 'sram, mirrored, sum-of-uniforms generator' },
  { ...mirroredSram(design, { generator: 'box-muller' }), name: 'sram, mirrored, Box–Muller generator' },
  { ...mirroredSram(design, { lanesPerDraw: 16 }), name: 'sram, mirrored, one generator for 16 lanes' },
  { ...equivalentSram(design, { resample: 'per-read' }), name: 'sram, few lanes, drawn at every use' },
  { ...equivalentSram(design, { resample: 'per-sample' }), name: 'sram, few lanes, drawn once a sample' },
];

const binary = (name: string, layers: Workload['layers']): Workload => ({ ...vggBinaryConnect, name, layers });

/** Smaller networks, down to one full tile, where nothing stands idle. */
export const smallerNetworks: readonly Workload[] = [
  binary('multilayer perceptron 784–512–256–10', denseLayers([784, 512, 256, 10], false)),
  binary('one 256×256 tile', [{ name: 'core', rows: 256, columns: 256, positions: 1 }]),
];

const titles = { energy: 'power efficiency', energyArea: 'total efficiency', area: 'area' } as const;

const extreme = (cost: CostDocument, name: RatioName, pick: (...values: number[]) => number): string =>
  pick(...cost.baselines.map(({ ratio }) => ratio[name].median!)).toPrecision(2);

/** The binary core with a noise plane against SRAM designs, on VGGBinaryConnect and smaller networks. */
export const bayes2imc: CostPreset = {
  name: 'bayes2imc',
  title: 'Bayes2IMC: binary weights with a PCM noise plane against SRAM',
  cite: [cite.Bayes2IMC],
  run() {
    const options = { baselines: sramVariants };
    const document = costOf(vggBinaryConnect, architecture, options);
    const cases = [document, ...smallerNetworks.map(workload => costOf(workload, architecture, options))];
    const published = { energy: [2.2, 5.6], energyArea: [3.8, 9.6], area: [1.72, 1.72] } as const;
    const notes = {
      energy:
        'decided by the read time and conductance of the cells, by how SRAM is read, by the generator, and by whether a draw serves every position of a convolution',
      energyArea: 'the product of the two others',
      area: 'eight 6T cells a weight against three PCM cells as large as those of a measured core; with cells as small as for storage it is 3.3',
    };
    return {
      ...document,
      preset: 'bayes2imc',
      title: bayes2imc.title,
      sensitivity: sensitivity(vggBinaryConnect, architecture, design => mirroredSram(design), 'energy'),
      validation: cases.flatMap(one => {
        const [mirror] = one.baselines;
        return (['energy', 'energyArea', 'area'] as const).map(name => {
          const { median, low, high } = mirror!.ratio[name];
          return validation(
            `${titles[name]} over the mirrored SRAM core, ${one.workload.name}`,
            '1',
            published[name],
            { central: median!, low: low!, high: high! },
            `${notes[name]}; over the SRAM designs the median goes from ${extreme(one, name, Math.min)} to ${extreme(one, name, Math.max)}`,
          );
        });
      }),
    };
  },
};
