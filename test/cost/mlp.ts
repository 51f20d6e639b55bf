import { denseLayers, type Workload } from '../../src/cost/index.ts';

/** A small network, 64–32–4, whose samples are reads of the same cells. */
export const mlp: Workload = {
  name: 'mlp',
  layers: denseLayers([64, 32, 4]),
  samples: 16,
  inputBits: 8,
  outputBits: 8,
  entropy: 'read',
};
