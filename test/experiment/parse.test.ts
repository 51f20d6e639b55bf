import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
