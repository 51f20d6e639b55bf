import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import {
  type ArchitectureInput,
  architectureOptions,
  denseLayers,
  estimate,
  type Workload,
} from '../../src/cost/index.ts';

const mlp: Workload = { name: 'mlp', layers: denseLayers([784, 256, 10]), samples: 8, inputBits: 8, outputBits: 8 };

const cases: readonly (readonly [string, Workload, ArchitectureInput, string])[] = [
  [
    'a node outside the range',
    mlp,
    { kind: 'analog-core', node: '3 nm' },
    'architecture.node: must be between 7 nm and 130 nm, where the scaling tables hold, got 3 nm; choose a node inside.',
  ],
  [
    'converters with fewer bits than the mapping needs',
    mlp,
    { kind: 'analog-core', adcBits: 6 },
    "architecture.adcBits: must be at least the 8 output bits that the mapping needs, got 6; raise it or lower the workload's output bits.",
  ],
  [
    'noise that no cell makes',
    { ...mlp, entropy: 'generator' },
    { kind: 'analog-core' },
    "architecture.kind: 'analog-core' draws its samples with its cells or at its outputs, but the entropy is 'generator'; choose 'digital-sram'.",
  ],
  [
    'a rate that is out of reach',
    mlp,
    { kind: 'analog-core', rate: '1 GHz' },
    'architecture.rate: must be at most the 1.25 MHz that the architecture reaches, got 1000000000; lower it, or leave it out for as many as can be.',
  ],
  [
    'a deadline that is out of reach',
    mlp,
    { kind: 'analog-core', deadline: '10 ns' },
    'architecture.deadline: must be at least the 900 ns that a decision takes, got 1e-8; raise it or take a faster architecture.',
  ],
  [
    'sleep at full speed',
    mlp,
    { kind: 'analog-core', idle: 'off' },
    "architecture.idle: 'off' leaves no time to wake up between decisions or within the deadline; lower the rate or choose 'best'.",
  ],
  [
    'no noise plane for read entropy',
    { ...mlp, weightBits: 1 },
    { kind: 'binary-noise-plane', noiseCells: 0 },
    "architecture.noiseCells: entropy 'read' needs a noise plane, got 0 cells; set it to 1 or more.",
  ],
  [
    'no copies for frozen entropy',
    { ...mlp, entropy: 'frozen' },
    { kind: 'analog-core' },
    "architecture.kind: entropy 'frozen' needs one copy of the cells per sample, which 'analog-core' does not have; choose 'frozen-copies'.",
  ],
  ['zero tiles', mlp, { kind: 'analog-core', tiles: 0 }, 'architecture.tiles: must be at least 1, got 0.'],
  [
    'too few tiles',
    mlp,
    { kind: 'analog-core', tiles: 3 },
    /^architecture\.tiles: must be at least 6, because the weights fill that many 256×256 tiles \([\d.]+ mm²\), got 3; leave it out to have as many as needed\.$/ as never,
  ],
  [
    'a uniform generator for Gaussian weights',
    { ...mlp, entropy: 'generator' },
    { kind: 'digital-sram' },
    "architecture.generator: Gaussian noise needs a Gaussian generator, got 'lfsr', which is uniform; choose 'clt', 'wallace', 'box-muller', 'thermal', 'thermal-low' or 'fefet-sum'.",
  ],
  [
    'no generator for drawn pre-activations',
    { ...mlp, entropy: 'generator' },
    { kind: 'digital-sram', noise: 'moments', generator: 'none' },
    "architecture.generator: entropy 'generator' needs a generator circuit, got 'none'; choose one of lfsr, clt, box-muller, wallace, thermal, thermal-low, fefet-sum.",
  ],
  [
    'a clock faster than the gates',
    { ...mlp, entropy: 'none' },
    { kind: 'digital-sram', node: '130 nm', clock: '2 GHz' },
    'architecture.clock: must be at most 1.07 GHz (20 gate delays) at this node, got 2 GHz; lower it.',
  ],
  [
    'an unknown architecture',
    mlp,
    { kind: 'analog-cor' } as never,
    "architecture.kind: unknown name 'analog-cor'; did you mean 'analog-core'? Known: analog-core, binary-noise-plane, frozen-copies, digital-sram, sram-cim, processor.",
  ],
  [
    'no samples',
    { ...mlp, samples: 0 },
    { kind: 'analog-core' },
    'workload mlp: samples must be a positive integer, got 0; ask for at least one Monte-Carlo sample.',
  ],
];

describe('one sentence for', () => {
  it.each(cases)('%s', (_name, workload, architecture, message) => {
    const price = () => estimate(workload, architectureOptions(architecture));
    expect(price).toThrow(InputError);
    expect(price).toThrow(message);
  });
});
