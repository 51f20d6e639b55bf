import { z } from 'zod';
import { InputError, suggest } from '../../base/index.ts';
import { divide } from '../divide.ts';
import { type Examples, numbered } from '../examples.ts';
import { splitFields, standardiseField, taskField, unseenField } from '../fields.ts';
import { decodeNpz, doublesOf, elements, type NdArray } from '../formats/index.ts';
import { labelsOf } from '../labels.ts';
import { defineSource } from '../source.ts';

const array = z.string().min(1);

/** Inputs and targets in a NumPy archive. */
export const npz = defineSource({
  name: 'npz',
  schema: z.strictObject({
    source: z.literal('npz').describe('Arrays in a NumPy archive.'),
    path: z.string().min(1).describe('File, relative to the experiment.'),
    inputs: array.default('x').describe('Array of inputs, [N, …]; `x` by default.'),
    targets: array
      .default('y')
      .describe('Array of labels [N], or of real targets [N] or [N, outputs]; `y` by default.'),
    testInputs: array.optional().describe('Array of test inputs; without it the test split is cut from `inputs`.'),
    testTargets: array.optional().describe('Array of test targets; goes with `testInputs`.'),
    task: taskField,
    ...splitFields,
    unseen: unseenField(),
    standardise: standardiseField('features'),
  }),
  async load(key, options, files) {
    if ((options.testInputs === undefined) !== (options.testTargets === undefined)) {
      throw new InputError({
        path: ['data', 'testInputs'],
        rule: 'goes together with data.testTargets',
        hint: 'give both or neither',
      });
    }
    const arrays = decodeNpz(await files.read(options.path), options.path);
    const all = examplesOf(arrays, options.path, options.inputs, options.targets, options.task);
    const test =
      options.testInputs === undefined
        ? undefined
        : examplesOf(arrays, options.path, options.testInputs, options.testTargets!, options.task);
    if (
      test &&
      (test.inputShape.join() !== all.inputShape.join() || test.outputNames.join() !== all.outputNames.join())
    ) {
      throw new InputError(
        `${options.path}: '${options.testInputs}' and '${options.testTargets}' differ in shape or classes from '${options.inputs}' and '${options.targets}'; use arrays of one data set.`,
      );
    }
    const about = {
      name: options.path.replace(/^.*[\\/]/, ''),
      where: options.path,
      origin: `Read from ${options.path}.`,
    };
    return divide(key, about, all, options, test);
  },
  cite: [],
});

function examplesOf(
  arrays: Readonly<Record<string, NdArray>>,
  path: string,
  inputsName: string,
  targetsName: string,
  task: 'classification' | 'regression',
): Examples {
  const find = (name: string) => {
    if (Object.hasOwn(arrays, name)) return arrays[name]!;
    throw new InputError(`${path}: has no array '${name}'; ${suggest(name, Object.keys(arrays))}.`);
  };
  const inputs = find(inputsName);
  const targets = find(targetsName);
  const [count = 0, ...inputShape] = inputs.shape;
  if (inputShape.length === 0) {
    throw new InputError(
      `${path}: '${inputsName}' must be [N, features] or larger, got [${inputs.shape.join(', ')}]; reshape it.`,
    );
  }
  const allowed = task === 'classification' ? 1 : 2;
  if (targets.shape[0] !== count || targets.shape.length > allowed) {
    throw new InputError(
      `${path}: '${targetsName}' must be [${count}${task === 'regression' ? ', outputs' : ''}] to go with '${inputsName}', got [${targets.shape.join(', ')}].`,
    );
  }
  const shared = {
    count,
    task,
    inputShape,
    inputNames: numbered('x', elements(inputShape)),
    inputs: Float32Array.from(doublesOf(inputs, `${path}, '${inputsName}'`)),
  };
  const values = doublesOf(targets, `${path}, '${targetsName}'`);
  if (task === 'regression') {
    const outputNames = numbered('y', targets.shape[1] ?? 1);
    return { ...shared, outputNames, labels: new Int32Array(0), targets: Float32Array.from(values) };
  }
  const { labels, names } = labelsOf(Array.from(values, String), row => `${path}: '${targetsName}' row ${row + 1}`);
  return { ...shared, outputNames: names, labels, targets: new Float32Array(0) };
}
