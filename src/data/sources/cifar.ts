import { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import { divide } from '../divide.ts';
import { type Examples, numbered } from '../examples.ts';
import { splitFields, standardiseField, unseenField } from '../fields.ts';
import { decodeCifar } from '../formats/index.ts';
import { defineSource, type Files } from '../source.ts';

const krizhevsky: Citation = {
  tag: 'Krizhevsky09',
  text: 'Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of Toronto, 2009',
};

const names10 = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const { train, validation, take } = splitFields;

/** Colour images of 32×32 pixels, [3, 32, 32], pixels 0 … 1. */
export const cifar = defineSource({
  name: 'cifar',
  schema: z.strictObject({
    source: z.literal('cifar').describe('CIFAR-10 or CIFAR-100 in its binary version.'),
    folder: z.string().min(1).describe('Folder of the binary files, relative to the experiment.'),
    classes: z
      .union([z.literal(10), z.literal(100)])
      .default(10)
      .describe('CIFAR-10 or CIFAR-100; 10 by default.'),
    trainFiles: z
      .array(z.string())
      .optional()
      .describe('Training files; data_batch_1.bin to data_batch_5.bin, or train.bin for 100 classes, by default.'),
    testFiles: z
      .array(z.string())
      .optional()
      .describe('Test files; test_batch.bin, or test.bin for 100 classes, by default.'),
    train: train
      .default(0.9)
      .describe('Training rows of the training files: a fraction below 1 or a count; 0.9 by default.'),
    validation: validation.describe(
      'Validation rows of the training files: a fraction below 1 or a count; 0.1 by default.',
    ),
    take,
    unseen: unseenField(),
    standardise: standardiseField('whole'),
  }),
  async load(key, options, files) {
    const { folder, classes } = options;
    const ten = classes === 10;
    const trainFiles = options.trainFiles ?? (ten ? [1, 2, 3, 4, 5].map(i => `data_batch_${i}.bin`) : ['train.bin']);
    const testFiles = options.testFiles ?? [ten ? 'test_batch.bin' : 'test.bin'];
    const all = await examplesOf(files, folder, trainFiles, classes);
    const test = await examplesOf(files, folder, testFiles, classes);
    const about = {
      name: `cifar-${classes}`,
      where: folder,
      origin: `CIFAR-${classes} (Krizhevsky 2009), read from ${folder}.`,
    };
    return divide(key, about, all, { ...options, test: 0 }, { test });
  },
  paths: ['folder'],
  cite: [krizhevsky],
});

async function examplesOf(
  files: Files,
  folder: string,
  names: readonly string[],
  classes: 10 | 100,
): Promise<Examples> {
  const parts = [];
  for (const name of names) {
    const path = `${folder}/${name}`;
    parts.push(decodeCifar(await files.read(path), path, classes));
  }
  const count = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const inputs = new Float32Array(count * 3072);
  const labels = new Int32Array(count);
  let row = 0;
  for (const part of parts) {
    inputs.set(part.pixels, row * 3072);
    labels.set(part.labels, row);
    row += part.labels.length;
  }
  for (let i = 0; i < inputs.length; i++) inputs[i]! /= 255;
  return {
    count,
    task: 'classification',
    inputShape: [3, 32, 32],
    inputNames: numbered('pixel', 3072),
    outputNames: classes === 10 ? names10 : numbered('', 100),
    inputs,
    labels,
    targets: new Float32Array(0),
  };
}
