import { z } from 'zod';
import { networkPresets, presetLayers } from '../presets.ts';
import { stackLayers } from '../stack.ts';
import type { LayerDefinition } from './definition.ts';

const schema = z.strictObject({
  kind: z.literal('preset'),
  name: z.enum(Object.keys(networkPresets) as [string, ...string[]]).describe('Name of the network.'),
  outputs: z.int().min(1).max(1_000_000).describe('Outputs of its last layer, one per class or target.'),
});

/** All layers of a network known by name: `preset lenet-5 10`. */
export const preset: LayerDefinition<typeof schema> = {
  name: 'preset',
  schema,
  words: ['name', 'outputs'],
  build: ({ name, outputs }, place) => stackLayers(presetLayers(name, outputs), place),
  cite: Object.values(networkPresets).flatMap(({ cite }) => cite),
};
