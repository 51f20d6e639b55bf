import type { Citation } from '../base/index.ts';
import { cite } from './citations.ts';

/** A processor or chip known by its published energy. */
export interface Platform {
  readonly title: string;
  /** J per operation: the published range, or twice the same figure. */
  readonly energyPerOperation: readonly [low: number, high: number];
  /** What an operation is in that figure: a multiply and an add per weight, or per memory cell. */
  readonly counts: 'weights' | 'cells';
  readonly note: string;
  readonly cite: readonly Citation[];
}

/** Software operations of the published decision: 10 samples of 656 multiply-accumulates. */
const published = 10 * 2 * (32 * 16 + 16 * 9);

const perDecision = (joules: number) => [joules / published, joules / published] as const;

export const platforms = {
  microcontroller: {
    title: 'microcontroller (published)',
    energyPerOperation: perDecision(170e-6),
    counts: 'weights',
    note: '170 µJ for a decision of ten samples of a 32–16–9 network',
    cite: [cite.Bonnet23],
  },
  'embedded-gpu': {
    title: 'embedded GPU, one decision at a time (published)',
    energyPerOperation: perDecision(80e-6),
    counts: 'weights',
    note: "80 µJ for a decision of ten samples of a 32–16–9 network; far below the GPU's capacity",
    cite: [cite.Bonnet23],
  },
  'embedded-gpu-batch-100': {
    title: 'embedded GPU, a hundred decisions at a time (published)',
    energyPerOperation: perDecision(9e-6),
    counts: 'weights',
    note: '9 µJ for a decision of ten samples of a 32–16–9 network in batches of 100',
    cite: [cite.Bonnet23],
  },
  'memristor-published': {
    title: 'memristor near-memory design (published efficiency)',
    energyPerOperation: [1 / 37.5e12, 1 / 10.5e12],
    counts: 'cells',
    note: '10.5 to 37.5 TOPS/W, operations counted per memristor: two per weight, a multiply and an add each',
    cite: [cite.Bonnet23],
  },
} as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof platforms;
