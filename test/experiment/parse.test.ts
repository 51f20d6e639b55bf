import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fault, InputError } from '../../src/base/index.ts';
import { parseExperiment, resolveExperiment } from '../../src/experiment/index.ts';
import { variantOf } from '../../src/experiment/parse.ts';
import { mutated, readsOrRefuses } from '../data/arbitrary.ts';

const text = `
name: tiny
data: { source: two-moons }
network: { layers: [dense 4 tanh, dense 2] }
posterior: { method: nuts, draws: 50 }
hardware: { array: { rows: 64 } }
transfer: { method: mixture, components: 3, programming: single-pulse }
evaluate: { times: [20 s, 1 h] }
variants:
  wide: { hardware: { array: { columns: 256 } } }
  joint: { transfer: { method: joint } }
`;
const input = parseExperiment(text, 'tiny.yaml');
const experiment = resolveExperiment(input, 'tiny.yaml');

describe('an experiment', () => {
  test('has every default filled and quantities in SI units', () => {
    expect(experiment).toMatchObject({
      seed: 0,
      hardware: { device: 'oxram-hfo2', spread: 1, array: { rows: 64, columns: 128 }, inputBits: 8 },
      transfer: { method: 'mixture', components: 3, iterations: 60, limit: 'search' },
      evaluate: { chips: 8, times: [20, 3600] },
    });
  });

  test('chooses how to transfer and sample where only their other fields are given', () => {
    const { transfer, sampling } = resolveExperiment(
      { ...input, variants: {}, transfer: { limit: 2 }, sampling: { samples: 16 } },
      'x',
    );
    expect(transfer).toEqual({ method: 'joint', limit: 2, calibrationCopies: 8, programming: 'single-pulse' });
    expect(sampling).toEqual({ entropy: 'frozen', samples: 16 });
  });

  test('resolved is resolved for good', () => {
    expect(resolveExperiment(experiment as never, 'again')).toEqual(experiment);
  });
});

test('aliases and damage are read or refused', () => {
  expect(() => parseExperiment('data: *none', 'x.yaml')).toThrow('x.yaml: Unresolved alias');
  expect(() => parseExperiment('data: &a [*a]', 'x.yaml')).toThrow(
    'x.yaml: an alias stands inside what it names; write the values out.',
  );
  const bomb = Array.from(
    { length: 9 },
    (_, i) =>
      `a${i + 1}: &a${i + 1} [${Array(9)
        .fill(i ? `*a${i}` : '1')
        .join()}]`,
  );
  expect(() => parseExperiment(bomb.join('\n'), 'x.yaml')).toThrow(
    /^x\.yaml: Excessive alias count .*; write the values out\.$/,
  );
  return fc.assert(
    fc.asyncProperty(mutated(new TextEncoder().encode(text)), bytes =>
      readsOrRefuses(
        () => resolveExperiment(parseExperiment(new TextDecoder().decode(bytes), 'x.yaml'), 'x.yaml'),
        'x.yaml',
      ),
    ),
    { numRuns: 200 },
  );
});

const faultsOf = (more: Readonly<Record<string, unknown>>) => {
  try {
    resolveExperiment({ ...input, variants: {}, ...more }, 'x.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
  return [];
};

test('every fault is told, with its place in the file', () => {
  const more = {
    network: {
      layers: ['dens 4 tanh', 'dense -1', 'residual [dense 4 tanhh]', { kind: 'dense', width: 2, bia: true }],
    },
    hardware: { device: 'oxram-hf02', array: { rows: 0 } },
    evaluate: { times: ['1 parsec', '1 h'] },
  };
  const text = ({ path, rule }: Fault) => `${path.join('.')}: ${rule}`;
  expect(faultsOf(more).map(text)).toEqual([
    "network.layers.0: layer 'dens 4 tanh': unknown name 'dens'",
    "network.layers.1: layer 'dense -1': width: must be at least 1",
    "network.layers.2: layer 'dense 4 tanhh': activation: unknown name 'tanhh'",
    "network.layers.3: unknown field 'bia'",
    "hardware.device: unknown name 'oxram-hf02'",
    'hardware.array.rows: must be at least 1',
    "evaluate.times.0: unknown unit 'parsec' of time in '1 parsec'",
  ]);
  expect(faultsOf(more)[4]).toMatchObject({ file: 'x.yaml', value: 'oxram-hf02' });
  expect(faultsOf(more)[4]!.hint).toMatch(/^did you mean 'oxram-hfo2'\? Known: /);
});

test('faults of several variants are told together', () => {
  const variants = { a: { hardware: { spread: -1 } }, b: { evaluate: { chips: 0 } }, c: {} };
  expect(faultsOf({ variants }).map(({ path }) => path)).toEqual([
    ['variants', 'a', 'hardware', 'spread'],
    ['variants', 'b', 'evaluate', 'chips'],
  ]);
});

test('a quantity is read in any spelling of its characters', () => {
  const times = ['２０\u00a0ｓ', '5 \u03bcs', '5 \u00b5s'];
  const read = resolveExperiment({ ...input, evaluate: { times } }, 'x.yaml').evaluate.times!;
  expect(read[0]).toBe(20);
  expect(read[1]).toBe(read[2]);
});

describe('a variant', () => {
  test('differs in the fields it names, however deep', () => {
    const wide = variantOf(experiment, input, 'wide', 'tiny.yaml');
    expect(wide.hardware.array).toEqual({ rows: 64, columns: 256 });
    expect(wide.transfer).toEqual(experiment.transfer);
  });

  test('with another method leaves the options of the former method behind', () => {
    const joint = variantOf(experiment, input, 'joint', 'tiny.yaml');
    expect(joint.transfer).toEqual({
      method: 'joint',
      programming: 'single-pulse',
      limit: 'search',
      calibrationCopies: 8,
    });
  });
});
