import { expect, test } from 'vitest';
import type { Design } from '../../src/experiment/index.ts';
import { faultKinds } from '../../src/pipeline/fault-kinds.ts';

const design = { hardware: { inputBits: 6, outputBits: null, layout: 'tiles' } } as unknown as Design;

const broken = (name: string, strength: number, of = design) =>
  faultKinds.find(kind => kind.name === name)!.broken(of, strength);

test('strengths are the shares, bits and resistances that their kinds say', () => {
  expect(broken('stuck cells', 0.3).actual).toEqual({ spread: 1, drift: 1, read: 1, stuck: { high: 0.15, low: 0.15 } });
  expect(broken('lost range', 0.25).actual).toEqual({ spread: 1, drift: 1, read: 1, reach: 0.75 });
  expect(broken('lost bits', 2).hardware).toMatchObject({ inputBits: 4, outputBits: 6 });
  expect(broken('lost bits', 6).hardware).toMatchObject({ inputBits: 2, outputBits: 2 });
  expect(broken('wires', 16).hardware.wires).toMatchObject({ rowResistance: 16, columnResistance: 16 });
  expect(broken('dead lines', 0.1).hardware.shared).toMatchObject({ deadRows: 0.1, deadColumns: 0.1, chip: 0 });
});

test('what a design already has broken stays so', () => {
  const worn = { ...design, actual: { spread: 2, drift: 1, read: 1 } } as unknown as Design;
  expect(broken('lost range', 0.5, worn).actual).toEqual({ spread: 2, drift: 1, read: 1, reach: 0.5 });
  const shared = { ...broken('dead lines', 0.1).hardware.shared!, chip: 0.2 };
  const uneven: Design = { ...design, hardware: { ...design.hardware, shared } };
  expect(broken('dead lines', 0.3, uneven).hardware.shared).toMatchObject({
    chip: 0.2,
    deadRows: 0.3,
    deadColumns: 0.3,
  });
});
