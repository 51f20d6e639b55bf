import { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import { fold } from '../../random/index.ts';
import { beatFeatures } from '../beats.ts';
import { divide } from '../divide.ts';
import { beatFields, standardiseField, unseenField } from '../fields.ts';
import { classesOfBeats, synthesise } from '../heartbeat.ts';
import { defineSource } from '../source.ts';

const mcsharry: Citation = {
  tag: 'McSharry03',
  text: 'McSharry et al., A dynamical model for generating synthetic electrocardiogram signals, IEEE Trans. Biomed. Eng. 50(3) 289-294, 2003',
  id: '10.1109/TBME.2003.808805',
};
const bonnet: Citation = {
  tag: 'Bonnet23',
  text: 'Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nat. Commun. 14:7530, 2023',
  id: '10.1038/s41467-023-43317-9',
};

const count = (what: string, rows: number) =>
  z
    .int()
    .min(9)
    .max(1e6)
    .default(rows)
    .describe(`${what} beats of the classes that training sees; ${rows} by default.`);

/** Generated heartbeats of nine classes, one of them unseen by training, as 32 Fourier magnitudes of a 700 ms window. */
export const heartbeats = defineSource({
  name: 'heartbeats',
  schema: z.strictObject({
    source: z.literal('heartbeats').describe('Generated heartbeats of nine rhythm classes, one of them held out.'),
    train: count('Training', 4000),
    validation: count('Validation', 1000),
    test: count('Test', 2000),
    noise: z
      .number()
      .min(0)
      .default(0.08)
      .describe('Spread of the white noise on the signal in millivolts; 0.08 by default.'),
    variation: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe('Relative spread of wave heights from beat to beat; 0.2 by default.'),
    rate: z.number().min(100).max(2000).default(360).describe('Samples per second; 360 by default.'),
    ...beatFields,
    unseen: unseenField(['paced']),
    standardise: standardiseField('features'),
  }),
  async load(key, options) {
    const { train, validation, test, unseen } = options;
    const length = Math.round(options.window * options.rate);
    const features = beatFeatures(options, length);
    const perClass = Math.ceil((train + validation + test) / Math.max(1, classesOfBeats.length - new Set(unseen).size));
    const rows = perClass * classesOfBeats.length;
    const width = features.inputNames.length;
    const inputs = new Float32Array(rows * width);
    const labels = new Int32Array(rows);
    const before = Math.round(options.before * length);
    const signal = new Float64Array(length);
    for (let i = 0; i < rows; i++) {
      labels[i] = i % classesOfBeats.length;
      synthesise(fold(key, i), signal, labels[i]!, before, options);
      features.write(inputs, i * width, signal, 0);
    }
    const about = {
      name: 'heartbeats',
      where: 'data',
      origin: 'Generated: sums of Gaussian waves per rhythm class with noise and baseline wander; no recordings.',
    };
    const examples = {
      ...features,
      count: rows,
      task: 'classification' as const,
      outputNames: classesOfBeats,
      inputs,
      labels,
      targets: new Float32Array(0),
    };
    return divide(fold(key, 'divide'), about, examples, options);
  },
  cite: [bonnet, mcsharry],
});
