import { z } from 'zod';
import { InputError, insist, suggest } from '../../base/index.ts';
import { divide } from '../divide.ts';
import { type Examples, numbered } from '../examples.ts';
import { apartField, splitFields, standardiseField, taskField, unseenField } from '../fields.ts';
import { decodeNpz, doublesOf, elements, type NdArray, type TextArray } from '../formats/index.ts';
import { GroupNumbers } from '../groups.ts';
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
      .describe(
        'Array of labels, numbers or texts [N] or [N, 1] or one-hot [N, classes], or of real targets [N] or [N, outputs]; `y` by default.',
      ),
    groups: array
      .optional()
      .describe(
        'Array [N] of numbers that say which rows are one piece of evidence, such as a patient, where intervals run over rows; none by default.',
      ),
    testInputs: array.optional().describe('Array of test inputs; without it the test split is cut from `inputs`.'),
    testTargets: array.optional().describe('Array of test targets; goes with `testInputs`.'),
    testGroups: array.optional().describe('Array of the groups of test rows; goes with `testInputs`.'),
    task: taskField,
    ...splitFields,
    apart: apartField,
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
    insist(options.testGroups === undefined || options.testInputs !== undefined, {
      path: ['data', 'testGroups'],
      rule: 'goes together with data.testInputs',
      hint: 'name the groups of other rows with data.groups',
    });
    const { path, task } = options;
    const texts: Record<string, TextArray> = {};
    const arrays = decodeNpz(await files.read(path), path, texts);
    const numbers = new GroupNumbers();
    const read = (inputs: string, targets: string, groups: string | undefined) =>
      grouped(
        Object.hasOwn(texts, targets) && task === 'classification'
          ? labelled(inputsOf(arrays, path, inputs), texts[targets]!, `${path}: '${targets}'`)
          : examplesOf(arrays, path, inputs, targets, task),
        arrays,
        path,
        groups,
        numbers,
      );
    const all = read(options.inputs, options.targets, options.groups);
    const test =
      options.testInputs === undefined ? undefined : read(options.testInputs, options.testTargets!, options.testGroups);
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
    return divide(key, about, all, options, { test });
  },
  paths: ['path'],
  cite: [],
});

function arrayOf(arrays: Readonly<Record<string, NdArray>>, path: string, name: string): NdArray {
  if (Object.hasOwn(arrays, name)) return arrays[name]!;
  throw new InputError(`${path}: has no array '${name}'; ${suggest(name, Object.keys(arrays))}.`);
}

/** The rows with the groups that an array numbers; the same number is the same group in every array. */
function grouped(
  examples: Examples,
  arrays: Readonly<Record<string, NdArray>>,
  path: string,
  name: string | undefined,
  numbers: GroupNumbers,
): Examples {
  if (name === undefined) return { ...examples, groupNames: numbers.names };
  const found = arrayOf(arrays, path, name);
  insist(
    found.shape.length === 1 && found.shape[0] === examples.count,
    `${path}: '${name}' must be [${examples.count}], a group per row, got [${found.shape.join(', ')}].`,
  );
  const groups = Int32Array.from(doublesOf(found, `${path}, '${name}'`), value => numbers.of(String(value)));
  return { ...examples, groups, groupNames: numbers.names };
}

type Inputs = Pick<Examples, 'count' | 'inputShape' | 'inputNames' | 'inputs'>;

function inputsOf(arrays: Readonly<Record<string, NdArray>>, path: string, inputsName: string): Inputs {
  const inputs = arrayOf(arrays, path, inputsName);
  const [count = 0, ...inputShape] = inputs.shape;
  if (inputShape.length === 0) {
    throw new InputError(
      `${path}: '${inputsName}' must be [N, features] or larger, got [${inputs.shape.join(', ')}]; reshape it.`,
    );
  }
  const where = `${path}, '${inputsName}'`;
  return {
    count,
    inputShape,
    inputNames: numbered('x', elements(inputShape)),
    inputs: inputs.data instanceof Float32Array ? inputs.data : doublesOf(inputs, where),
  };
}

/** Rows with labels of texts, [N] or [N, 1]. */
function labelled(inputs: Inputs, { shape, texts }: TextArray, where: string): Examples {
  insist(
    shape[0] === inputs.count && texts.length === inputs.count,
    `${where} must be [${inputs.count}], got [${shape.join(', ')}].`,
  );
  const { labels, names } = labelsOf(texts, row => `${where} row ${row + 1}`);
  return { ...inputs, task: 'classification', outputNames: names, labels, targets: new Float32Array(0) };
}

function examplesOf(
  arrays: Readonly<Record<string, NdArray>>,
  path: string,
  inputsName: string,
  targetsName: string,
  task: 'classification' | 'regression',
): Examples {
  const inputs = inputsOf(arrays, path, inputsName);
  const { count } = inputs;
  const targets = arrayOf(arrays, path, targetsName);
  if (targets.shape[0] !== count || targets.shape.length > 2) {
    throw new InputError(
      `${path}: '${targetsName}' must be [${count}] or [${count}, outputs] to go with '${inputsName}', got [${targets.shape.join(', ')}].`,
    );
  }
  const shared = { ...inputs, task };
  const values = doublesOf(targets, `${path}, '${targetsName}'`);
  if (task === 'regression') {
    const outputNames = numbered('y', targets.shape[1] ?? 1);
    return { ...shared, outputNames, labels: new Int32Array(0), targets: values };
  }
  const width = targets.shape[1] ?? 1;
  if (width > 1) {
    const labels = oneHot(values, width, row => `${path}: '${targetsName}' row ${row + 1}`);
    return { ...shared, outputNames: numbered('', width), labels, targets: new Float32Array(0) };
  }
  const { labels, names } = labelsOf(Array.from(values, String), row => `${path}: '${targetsName}' row ${row + 1}`);
  return { ...shared, outputNames: names, labels, targets: new Float32Array(0) };
}

/** Classes of rows that hold one 1 among zeros. */
function oneHot(values: Float64Array, width: number, place: (row: number) => string): Int32Array {
  return Int32Array.from({ length: values.length / width }, (_, row) => {
    const own = values.subarray(row * width, (row + 1) * width);
    const label = own.indexOf(1);
    insist(
      label >= 0 && own.every((value, j) => value === (j === label ? 1 : 0)),
      `${place(row)}: must hold one 1 among zeros, got ${own.slice(0, 8).join(', ')}; for real targets set task: regression.`,
    );
    return label;
  });
}
