import { expect, test } from 'vitest';
import { overlay, overlayAt } from '../../src/experiment/overlay.ts';

const base = {
  hardware: { mapping: { mapping: 'pairs', count: 2 }, array: { rows: 64, columns: 128 } },
  network: {
    layers: [
      { kind: 'dense', width: 4, activation: 'tanh' },
      { kind: 'dense', width: 2 },
    ],
  },
};

test('records are laid over field by field, and replaced where they make another choice', () => {
  expect(overlay(base, { hardware: { array: { rows: 32 } } }).hardware).toEqual({
    mapping: base.hardware.mapping,
    array: { rows: 32, columns: 128 },
  });
  expect(overlay(base, { hardware: { mapping: { mapping: 'differential' } } }).hardware).toEqual({
    mapping: { mapping: 'differential' },
    array: base.hardware.array,
  });
});

test('a value is laid over the field at a path, in lists by place', () => {
  const at = (path: string, value: unknown) => overlayAt(base, path.split('.'), value);
  expect(at('hardware.array.rows', 16)?.hardware).toMatchObject({ array: { rows: 16, columns: 128 } });
  expect(at('hardware.mapping.mapping', 'offset')?.hardware).toEqual({
    mapping: { mapping: 'offset' },
    array: base.hardware.array,
  });
  expect(at('hardware.mapping.count', 3)?.hardware).toMatchObject({ mapping: { mapping: 'pairs', count: 3 } });
  expect(at('network.layers.0.width', 8)?.network).toEqual({
    layers: [
      { kind: 'dense', width: 8, activation: 'tanh' },
      { kind: 'dense', width: 2 },
    ],
  });
  expect(at('network.layers.0.kind', 'linear')?.network).toMatchObject({ layers: [{ kind: 'linear' }, { width: 2 }] });
  expect(at('sampling.samples', 9)?.sampling).toEqual({ samples: 9 });
  expect(base.network.layers[0]!.width).toBe(4);
});

test('a place that a list does not have is none', () => {
  expect(overlayAt(base, ['network', 'layers', '2', 'width'], 3)).toBeUndefined();
  expect(overlayAt(base, ['network', 'layers', 'first'], 3)).toBeUndefined();
});
