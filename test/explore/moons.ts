import { parse } from 'yaml';
import type { Fields } from '../../src/experiment/index.ts';
import { type Designs, openDesigns } from '../../src/explore/designs/open-designs.ts';
import { parseStudy, type StudyFile } from '../../src/explore/study-file/study-file.ts';
import { memoryStore, type PrepareOptions } from '../../src/pipeline/index.ts';

/** A study of tiny designs. */
const text = `
experiment:
  seed: 3
  data: { source: two-moons, train: 80, validation: 24, test: 20 }
  network: { layers: [dense 4 tanh, dense 2] }
  posterior: { method: mean-field, epochs: 2 }
  hardware: { device: oxram-hfo2, array: { rows: 16, columns: 32 } }
  transfer: { method: mean-field, limit: 2 }
  sampling: { samples: 4 }
variables:
  network.layers: { categorical: { one: [dense 4 tanh, dense 2], two: [dense 4 tanh, dense 3 tanh, dense 2] } }
  network.layers.0.width: { ordered: [2, 4, 6] }
  network.layers.1.width: { integer: [2, 3], when: { network.layers: two } }
  posterior: { categorical: { plain: { epochs: 3 }, tied: { method: device-tied, epochs: 2 } } }
  posterior.limit: { real: [1, 3], when: { posterior: [tied] } }
  hardware.spread: { real: [0.5, 2], log: true }
  hardware.outputBits: { integer: [3, 8] }
objectives: [nll, energyPerDecision]
constraints:
  - { metric: accuracy, at: 1 d, over: worst, atLeast: 0.4 }
fidelity: [{ chips: 2 }, { chips: 4 }]
`;

/** The study's fields, with some replaced. */
export const fieldsOf = (more: Fields = {}): Fields => ({ ...(parse(text) as Fields), ...more });

/** The same, read as a file. */
export const studyOf = (more: Fields = {}, files: Readonly<Record<string, string>> = {}): Promise<StudyFile> =>
  parseStudy(JSON.stringify(fieldsOf(more)), 'moons.yaml', async path => files[path]!);

/** Its designs, whose results are kept in memory. */
export const designsOf = async (more: Fields = {}, options: PrepareOptions = {}): Promise<Designs> =>
  openDesigns(await studyOf(more), { store: memoryStore(1 << 27), ...options });
