import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { divide } from '../divide.ts';
import { type Examples, numbered } from '../examples.ts';
import { splitFields, standardiseField, unseenField } from '../fields.ts';
import { decodeIdx, elements, type NdArray } from '../formats/index.ts';
import { defineSource, type Files } from '../source.ts';

const path = z.string().min(1);

/** Images and labels of the MNIST family. Byte pixels become 0 … 1. */
export const idx = defineSource({
  name: 'idx',
  schema: z.strictObject({
    source: z.literal('idx').describe('Images and labels in IDX files, gzipped or not.'),
    images: path.describe('File of images, [N, height, width], relative to the experiment.'),
    labels: path.describe('File of labels, [N], relative to the experiment.'),
    testImages: path.optional().describe('File of test images; without it the test split is cut from `images`.'),
    testLabels: path.optional().describe('File of test labels; goes with `testImages`.'),
    flatten: z
      .boolean()
      .default(true)
      .describe(
        'Inputs as one row of pixels for dense layers, or as [1, height, width] for convolutions; true by default.',
      ),
    classes: z.int().min(2).max(65_536).optional().describe('Number of classes; the largest label and one by default.'),
    ...splitFields,
    unseen: unseenField(),
    standardise: standardiseField('none'),
  }),
  async load(key, options, files) {
    if ((options.testImages === undefined) !== (options.testLabels === undefined)) {
      throw new InputError({
        path: ['data', 'testImages'],
        rule: 'goes together with data.testLabels',
        hint: 'give both or neither',
      });
    }
    const all = await examplesOf(files, options.images, options.labels, options);
    const test =
      options.testImages === undefined
        ? undefined
        : await examplesOf(files, options.testImages, options.testLabels!, {
            ...options,
            classes: all.outputNames.length,
          });
    if (test && test.inputShape.join() !== all.inputShape.join()) {
      throw new InputError(
        `${options.testImages}: images are ${test.inputShape.join('×')}, but those of ${options.images} are ${all.inputShape.join('×')}; use files of one data set.`,
      );
    }
    const about = {
      name: options.images.replace(/^.*[\\/]/, ''),
      where: options.images,
      origin: `Read from ${options.images} and ${options.labels}.`,
    };
    return divide(key, about, all, options, { test });
  },
  paths: ['images', 'labels', 'testImages', 'testLabels'],
  cite: [],
});

async function examplesOf(
  files: Files,
  imagesPath: string,
  labelsPath: string,
  { flatten, classes }: { flatten: boolean; classes?: number | undefined },
): Promise<Examples> {
  const images = decodeIdx(await files.read(imagesPath), imagesPath);
  const numbers = decodeIdx(await files.read(labelsPath), labelsPath);
  const [count = 0, ...size] = images.shape;
  if (images.shape.length < 2) {
    throw new InputError(
      `${imagesPath}: has ${images.shape.length} axes, but images need [N, height, width]; swap images and labels?`,
    );
  }
  if (numbers.shape.length !== 1 || numbers.shape[0] !== count) {
    throw new InputError(
      `${labelsPath}: has the shape [${numbers.shape.join(', ')}], but ${imagesPath} needs [${count}]; use the labels of these images.`,
    );
  }
  const inputs = new Float32Array(images.data as Uint8Array);
  if (images.dtype === 'u1') for (let i = 0; i < inputs.length; i++) inputs[i]! /= 255;
  const labels = labelsIn(numbers, labelsPath);
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  const occurring = new Set(labels).size;
  if (classes === undefined && largest + 1 > 2 * occurring + 8) {
    throw new InputError(
      `${labelsPath}: row ${labels.indexOf(largest) + 1} has label ${largest}, where ${occurring} classes occur; number the classes from 0, or say data.classes.`,
    );
  }
  return {
    count,
    task: 'classification',
    inputShape: flatten ? [elements(size)] : [1, ...size],
    inputNames: numbered('pixel', elements(size)),
    outputNames: numbered('', classes ?? largest + 1),
    inputs,
    labels,
    targets: new Float32Array(0),
  };
}

/** Labels as whole numbers; reals that are none are refused. */
function labelsIn({ data }: NdArray, path: string): Int32Array {
  return Int32Array.from(data as Float64Array, (value, row) => {
    if (Number.isInteger(value) && value >= 0) return value;
    throw new InputError(`${path}: row ${row + 1} has label ${value}, where classes are whole numbers from 0.`);
  });
}
