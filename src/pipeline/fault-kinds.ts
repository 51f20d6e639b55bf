import { wiresSchema } from '../crossbar/index.ts';
import type { Design } from '../experiment/index.ts';
import { sharedErrorsSchema } from '../transfer/index.ts';

/** One way for a chip to break, in rising strengths. Training and transfer know nothing of it. */
export interface FaultKind {
  readonly name: string;
  /** What a strength means, with its unit. */
  readonly strength: string;
  readonly strengths: readonly number[];
  /** The design whose chips are broken so. */
  broken(design: Design, strength: number): Design;
  /** Whether a design can break so; always by default. */
  when?(design: Design): boolean;
}

const asModelled = { spread: 1, drift: 1, read: 1 };

const hardware = (design: Design, more: Partial<Design['hardware']>): Design => ({
  ...design,
  hardware: { ...design.hardware, ...more },
});

/** Every way for a chip to break. */
export const faultKinds: readonly FaultKind[] = [
  {
    name: 'stuck cells',
    strength: 'share of cells, half at the largest conductance and half at rest',
    strengths: [0.003, 0.01, 0.03, 0.1, 0.3],
    broken: (design, strength) => ({
      ...design,
      actual: { ...(design.actual ?? asModelled), stuck: { high: strength / 2, low: strength / 2 } },
    }),
  },
  {
    name: 'lost range',
    strength: 'share of the largest conductance that programming no longer reaches',
    strengths: [0.1, 0.2, 0.4, 0.6, 0.8],
    broken: (design, strength) => ({ ...design, actual: { ...(design.actual ?? asModelled), reach: 1 - strength } }),
  },
  {
    name: 'lost bits',
    strength:
      'bits that converters of inputs and outputs lack of their own, or of 8 where they are ideal, 2 being left at least',
    strengths: [1, 2, 4, 6],
    broken: (design, strength) => {
      const left = (bits: number | null) => Math.max(2, (bits ?? 8) - strength);
      const { inputBits, outputBits } = design.hardware;
      return hardware(design, { inputBits: left(inputBits), outputBits: left(outputBits) });
    },
  },
  {
    name: 'wires',
    strength: 'resistance of a segment of a line between two cells, Ω',
    strengths: [1, 4, 16, 64],
    broken: (design, strength) =>
      hardware(design, {
        wires: {
          ...(design.hardware.wires ?? wiresSchema.parse({})),
          rowResistance: strength,
          columnResistance: strength,
        },
      }),
    when: ({ hardware: { layout } }) => layout === 'tiles',
  },
  {
    name: 'dead lines',
    strength: 'share of word and bit lines',
    strengths: [0.01, 0.03, 0.1, 0.3],
    broken: (design, strength) =>
      hardware(design, {
        shared: {
          ...(design.hardware.shared ?? sharedErrorsSchema().parse({})),
          deadRows: strength,
          deadColumns: strength,
        },
      }),
  },
];
