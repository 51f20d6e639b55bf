import type { Citation } from '../../base/index.ts';
import type { CostDocument } from '../cost.ts';
import type { Sensitivity } from '../sensitivity.ts';

/** A published number beside ours. */
export interface Validation {
  readonly quantity: string;
  readonly unit: string;
  /** The published value or range. */
  readonly published: readonly [low: number, high: number];
  /** Ours: the median, and its band or its range over design variants. */
  readonly computed: { readonly central: number; readonly low: number; readonly high: number };
  /** Whether the two ranges overlap. */
  readonly agrees: boolean;
  /** What decides it. */
  readonly note: string;
}

/** A published case, priced and compared. */
export interface PresetDocument extends CostDocument {
  readonly preset: string;
  readonly title: string;
  readonly validation: readonly Validation[];
  /** What moves the first ratio, where the case is a comparison of two designs. */
  readonly sensitivity?: Sensitivity;
}

/** A published case. Adding one is one file and one line in the registry. */
export interface CostPreset {
  readonly name: string;
  readonly title: string;
  readonly cite: readonly Citation[];
  run(): PresetDocument;
}

export function validation(
  quantity: string,
  unit: string,
  published: readonly [number, number],
  computed: Validation['computed'],
  note: string,
): Validation {
  const agrees = computed.low <= published[1] * (1 + 1e-9) && computed.high >= published[0] * (1 - 1e-9);
  return { quantity, unit, published, computed, agrees, note };
}
