import { fold } from '../../random/index.ts';
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

/** The same organisation in SRAM: a tile of probabilities, read row by row, a fresh draw at every use. */
const mirrored = { organisation: 'tiled', resample: 'per-read', clock: '100 MHz' };

/** SRAM designs from the one that mirrors the core to the strongest that we can draw. */
export const sramVariants: readonly { readonly name: string; readonly changes: Record<string, unknown> }[] = [
  { name: 'sram, mirrored core', changes: mirrored },
  { name: 'sram, mirrored, 16-bit probabilities', changes: { ...mirrored, parameterBits: 16 } },
  { name: 'sram, mirrored, 4-bit probabilities', changes: { ...mirrored, parameterBits: 4 } },
  { name: 'sram, mirrored, cache-like macros', changes: { ...mirrored, access: 'macro' } },
  { name: 'sram, mirrored, sum-of-uniforms generator', changes: { ...mirrored, generator: 'clt' } },
  { name: 'sram, mirrored, Box–Muller generator', changes: { ...mirrored, generator: 'box-muller' } },
  { name: 'sram, mirrored, one generator for 16 lanes', changes: { ...mirrored, lanesPerDraw: 16 } },
  { name: 'sram, few lanes, drawn at every use', changes: { resample: 'per-read' } },
  { name: 'sram, few lanes, drawn once a sample', changes: { resample: 'per-sample' } },
];

const binary = (name: string, layers: Workload['layers']): Workload => ({ ...vggBinaryConnect, name, layers });

/** Smaller networks, down to one full tile, where nothing stands idle. */
export const smallerNetworks: readonly Workload[] = [
  binary('multilayer perceptron 784–512–256–10', denseLayers([784, 512, 256, 10], false)),
  binary('one 256×256 tile', [{ name: 'core', rows: 256, columns: 256, positions: 1 }]),
];

const variantBaselines = (design: Estimate): Baseline[] =>
  sramVariants.map(({ name, changes }) => ({ ...equivalentSram(design, changes), name }));

const extreme = (cost: CostDocument, name: RatioName, pick: (...values: number[]) => number): string =>
  pick(...cost.baselines.map(({ ratio }) => ratio[name].mean!)).toPrecision(2);

/** The binary core with a noise plane against SRAM designs, on VGGBinaryConnect and smaller networks. */
export const bayes2imc: CostPreset = {
  name: 'bayes2imc',
  title: 'Bayes2IMC: binary weights with a PCM noise plane against SRAM',
  cite: [cite.Bayes2IMC],
  run(key) {
    const options = { key: fold(key, 'bayes2imc'), baselines: variantBaselines };
    const document = costOf(vggBinaryConnect, architecture, options);
    const cases = [document, ...smallerNetworks.map(workload => costOf(workload, architecture, options))];
    const published = { powerEfficiency: [2.2, 5.6], totalEfficiency: [3.8, 9.6], area: [1.72, 1.72] } as const;
    const notes = {
      powerEfficiency:
        'decided by the read time and conductance of the cells, by how SRAM is read, by the generator, and by whether a draw serves every position of a convolution',
      totalEfficiency: 'the product of the two others',
      area: 'eight 6T cells a weight against three PCM cells; the accumulators under every column are the same on both sides',
    };
    return {
      ...document,
      preset: 'bayes2imc',
      title: bayes2imc.title,
      sensitivity: sensitivity(
        vggBinaryConnect,
        architecture,
        design => equivalentSram(design, mirrored),
        'powerEfficiency',
      ),
      validation: cases.flatMap(one => {
        const [mirror] = one.baselines;
        return (['powerEfficiency', 'totalEfficiency', 'area'] as const).map(name => {
          const { low, high } = mirror!.ratio[name];
          const nominal = {
            powerEfficiency: mirror!.energyPerDecision! / one.energyPerDecision!,
            totalEfficiency: one.gopsPerWattPerMm2! / mirror!.gopsPerWattPerMm2!,
            area: mirror!.area! / one.area!,
          }[name];
          return validation(
            `${name} over the mirrored SRAM core, ${one.workload.name}`,
            '1',
            published[name],
            { nominal, low: low!, high: high! },
            `${notes[name]}; over the SRAM designs the mean goes from ${extreme(one, name, Math.min)} to ${extreme(one, name, Math.max)}`,
          );
        });
      }),
    };
  },
};
