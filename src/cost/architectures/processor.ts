import { z } from 'zod';
import { insist, quantity } from '../../base/index.ts';
import { type Architecture, commonFields } from '../architecture.ts';
import { cite } from '../citations.ts';
import type { Component } from '../component.ts';
import { type Platform, type PlatformName, platforms } from '../platforms.ts';
import { macsOf, passesOf } from '../workload.ts';

const names = Object.keys(platforms) as [PlatformName, ...PlatformName[]];

const schema = z.strictObject({
  kind: z.literal('processor').describe('A processor by its energy per operation.'),
  ...commonFields,
  platform: z
    .enum([...names, 'measured'])
    .default('microcontroller')
    .describe("Whose published energy to use, or 'measured' for the two fields below; 'microcontroller' by default."),
  operationsPerSecond: z
    .number()
    .positive()
    .optional()
    .describe("Sustained operations a second (two per multiply-accumulate) of a 'measured' processor."),
  power: quantity('power').optional().describe("Power of a 'measured' processor at work, in watts."),
});

export type ProcessorOptions = z.output<typeof schema>;

/** Ninety percent of the draws fall between the published low and high figure. */
const spreadOf = ([low, high]: readonly [number, number]): number => (high / low) ** (1 / (2 * 1.645));

function component(name: string, platform: Platform, energy: number): Component {
  return {
    name,
    title: platform.title,
    formula: platform.note,
    validity: 'networks of the published size; a larger network uses the processor better',
    provenance: 'published',
    cite: platform.cite,
    spread: { energy: Math.max(1.3, spreadOf(platform.energyPerOperation)), area: 1 },
    scaled: false,
    usual: {},
    unit: () => ({ energy, area: 0, leakage: 0 }),
  };
}

/**
 * A processor by its energy per operation, published or measured. Its area is not known, so neither are the figures per
 * area; its latency is known only where its speed was measured.
 */
export const processor: Architecture<ProcessorOptions> = {
  name: 'processor',
  summary: 'a microcontroller, GPU or measured machine by its energy per operation',
  schema: schema as z.ZodType<ProcessorOptions>,
  cite: [cite.Bonnet23],
  doubts: () => [],
  build(ledger, workload, options) {
    const { layers, samples } = workload;
    const passes = (layer: number): number => passesOf(workload, layer);
    const { platform: name, power, operationsPerSecond: speed } = options;
    let platform: Platform;
    if (name === 'measured') {
      insist(power !== undefined && speed !== undefined, {
        path: ['architecture', 'power'],
        rule: "a 'measured' processor needs both power and operationsPerSecond",
        hint: 'give them or name a published platform',
      });
      const energy = power / speed;
      platform = {
        title: 'measured processor',
        energyPerOperation: [energy, energy],
        counts: 'weights',
        note: 'power over measured speed',
        cite: [],
      };
    } else {
      platform = platforms[name];
    }
    const [low, high] = platform.energyPerOperation;
    const perMac = 2 * (platform.counts === 'cells' ? 2 : 1);
    const entry = component(name, platform, Math.sqrt(low * high));
    layers.forEach(({ rows, columns, positions }, layer) => {
      ledger.add(
        entry,
        {},
        { instances: layer === 0 ? 1 : 0, uses: perMac * passes(layer) * rows * columns * positions, layer },
      );
    });
    const rate = speed ?? Number.NaN;
    return {
      layers: layers.map((layer, index) => ({
        tiles: 0,
        utilisation: 1,
        cycles: layer.positions,
        time: (2 * macsOf([layer]) * passes(index)) / samples / rate,
      })),
      rounds: samples,
      pipelined: false,
      peakOperations: rate,
      bandwidth: Number.NaN,
      draws: 0,
    };
  },
};
