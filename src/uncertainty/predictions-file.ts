import { InputError } from '../base/index.ts';
import { decodeNpz, doublesOf } from '../data/index.ts';

/** Class probabilities and labels brought from anywhere. */
export interface PredictionsFile {
  /** [samples, count, classes], row-major. */
  readonly probabilities: Float64Array;
  readonly samples: number;
  readonly count: number;
  readonly classes: number;
  /** [count]. */
  readonly labels: Int32Array;
  /** Numbers of the groups of inputs that are one piece of evidence, [count], where the file has them. */
  readonly groups?: Float64Array;
  /** [classes], where the file names them. */
  readonly classNames?: readonly string[];
}

/**
 * Reads a predictions file: JSON `{"probabilities": [N][C] or [S][N][C], "labels": [N]}`, or an NPZ archive of arrays with
 * these names. Of two classes the probability of the second will do, [N], [N][1] or [S][N][1]; labels may be [N][1], or
 * booleans. Either may hold `groups`, [N], numbers of the patients, say, that inputs belong to. JSON may name the classes,
 * `"classNames": [C]`. `name` is the file's name for errors. Every row must sum to
 * 1 within 1e-3.
 */
export function parsePredictions(bytes: Uint8Array, name: string): PredictionsFile {
  const zipped = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { probabilities: given, labels, groups, classNames } = zipped ? fromNpz(bytes, name) : fromJson(bytes, name);
  const probabilities = ofBothClasses(given, labels.shape[0]);
  if (probabilities.shape.length !== 2 && probabilities.shape.length !== 3) {
    throw new InputError(
      `${name}: probabilities must be [N][C] or [S][N][C], got ${probabilities.shape.length} dimensions; give one row of class probabilities per input.`,
    );
  }
  const [samples, count, classes] = [1, ...probabilities.shape].slice(-3) as [number, number, number];
  if (samples < 1 || count < 1 || classes < 2) {
    throw new InputError(
      `${name}: probabilities must hold at least one sample, one input and two classes, got [${probabilities.shape.join(', ')}]; check the file.`,
    );
  }
  checkRows(probabilities, classes, name);
  return {
    probabilities: probabilities.values,
    samples,
    count,
    classes,
    labels: checkLabels(labels, count, classes, name),
    ...(groups && { groups: perInput(groups, 'groups', count, name).values }),
    ...(classNames !== undefined && { classNames: checkNames(classNames, classes, name) }),
  };
}

/** Probabilities of both classes where those of the second alone are given. */
function ofBothClasses({ shape, values }: Values, count: number | undefined): Values {
  const single = shape.length === 1 || (shape.at(-1) === 1 && shape.at(-2) === count);
  if (!single) return { shape, values };
  const both = Float64Array.from({ length: 2 * values.length }, (_, i) =>
    i % 2 === 0 ? 1 - values[i >> 1]! : values[i >> 1]!,
  );
  return { shape: [...(shape.length === 1 ? shape : shape.slice(0, -1)), 2], values: both };
}

interface Values {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

interface Found {
  readonly probabilities: Values;
  readonly labels: Values;
  readonly groups?: Values;
  readonly classNames?: unknown;
}

function fromNpz(bytes: Uint8Array, name: string): Found {
  const arrays = decodeNpz(bytes, name);
  const read = (key: string): Values => {
    const array = Object.hasOwn(arrays, key) ? arrays[key] : undefined;
    if (!array) throw new InputError(missing(name, key, Object.keys(arrays)));
    return { shape: array.shape, values: doublesOf(array, `${name}, array '${key}'`) };
  };
  const groups = Object.hasOwn(arrays, 'groups') ? read('groups') : undefined;
  return { probabilities: read('probabilities'), labels: read('labels'), groups };
}

function fromJson(bytes: Uint8Array, name: string): Found {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8').decode(bytes));
  } catch (error) {
    throw new InputError(
      `${name}: is neither JSON nor an NPZ archive (${(error as Error).message}); write {"probabilities": [N][C] or [S][N][C], "labels": [N]}.`,
    );
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new InputError(`${name}: must be an object; write {"probabilities": [N][C] or [S][N][C], "labels": [N]}.`);
  }
  const read = (key: string): Values => {
    if (!Object.hasOwn(document, key)) throw new InputError(missing(name, key, Object.keys(document)));
    return rectangular((document as Record<string, unknown>)[key], key, name);
  };
  const { classNames } = document as Record<string, unknown>;
  const groups = Object.hasOwn(document, 'groups') ? read('groups') : undefined;
  return { probabilities: read('probabilities'), labels: read('labels'), groups, classNames };
}

function missing(name: string, key: string, keys: readonly string[]): string {
  return `${name}: has no '${key}'; it must hold 'probabilities' and 'labels', found ${keys.map(k => `'${k}'`).join(', ') || 'nothing'}.`;
}

/** Nested lists of numbers, all of the same lengths, as one array. */
function rectangular(nested: unknown, key: string, name: string): Values {
  const shape: number[] = [];
  for (let part = nested; Array.isArray(part); part = part[0]) shape.push(part.length);
  if (shape.length === 0) throw new InputError(`${name}: ${key} must be a list, got ${describe(nested)}.`);
  if (shape.length > 3)
    throw new InputError(`${name}: ${key} is nested more than three deep; give [N][C] or [S][N][C].`);
  const values: number[] = [];
  const visit = (part: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      if (typeof part === 'boolean') {
        values.push(part ? 1 : 0);
        return;
      }
      if (typeof part !== 'number') {
        throw new InputError(`${name}: ${path} must be a number, got ${describe(part)}; write numbers only.`);
      }
      values.push(part);
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[depth]) {
      const found = Array.isArray(part) ? `${part.length}` : describe(part);
      throw new InputError(
        `${name}: ${path} must be a list of ${shape[depth]} like the first one, got ${found}; all rows must be equally long.`,
      );
    }
    for (let i = 0; i < part.length; i++) visit(part[i], depth + 1, `${path}[${i}]`);
  };
  visit(nested, 0, key);
  return { shape, values: Float64Array.from(values) };
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 40);
}

function checkRows({ values }: Values, classes: number, name: string): void {
  for (let first = 0, row = 0; first < values.length; first += classes, row++) {
    let sum = 0;
    for (let c = first; c < first + classes; c++) {
      const p = values[c]!;
      if (!(p >= 0 && p <= 1 + 1e-6)) {
        throw new InputError(
          `${name}: probabilities must lie in 0…1, got ${p} in row ${row}, class ${c - first}; apply a softmax to logits first.`,
        );
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > 1e-3) {
      throw new InputError(
        `${name}: every row of probabilities must sum to 1 within 0.001, got ${sum} in row ${row}; apply a softmax to logits first.`,
      );
    }
  }
}

function perInput(values: Values, key: string, count: number, name: string): Values {
  const { shape } = values;
  if (shape[0] === count && (shape.length === 1 || (shape.length === 2 && shape[1] === 1))) return values;
  throw new InputError(
    `${name}: ${key} must be one per input, [${count}], got [${values.shape.join(', ')}]; give as many ${key} as rows of probabilities.`,
  );
}

function checkLabels(given: Values, count: number, classes: number, name: string): Int32Array {
  const labels = perInput(given, 'labels', count, name);
  labels.values.forEach((label, n) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new InputError(
        `${name}: labels[${n}] must be a class from 0 to ${classes - 1}, got ${label}; number the classes from 0.`,
      );
    }
  });
  return Int32Array.from(labels.values);
}

function checkNames(names: unknown, classes: number, name: string): string[] {
  const distinct = Array.isArray(names) && new Set(names).size === classes && names.length === classes;
  if (!distinct || !names.every(one => typeof one === 'string')) {
    throw new InputError(
      `${name}: classNames must be ${classes} different texts, one per class, got ${JSON.stringify(names)?.slice(0, 40)}; name every class or leave it out.`,
    );
  }
  return names;
}
