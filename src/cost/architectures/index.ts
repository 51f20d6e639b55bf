import { z } from 'zod';
import type { Architecture, CommonOptions } from '../architecture.ts';
import { type AnalogCoreOptions, analogCore } from './analog-core.ts';
import { type BinaryNoisePlaneOptions, binaryNoisePlane } from './binary-noise-plane.ts';
import { type DigitalSramOptions, digitalSram } from './digital-sram.ts';
import { type FrozenCopiesOptions, frozenCopies } from './frozen-copies.ts';
import { type ProcessorOptions, processor } from './processor.ts';
import { type SramCimOptions, sramCim } from './sram-cim.ts';

/** Options of any architecture, every default filled. */
export type ArchitectureOptions =
  | AnalogCoreOptions
  | BinaryNoisePlaneOptions
  | FrozenCopiesOptions
  | DigitalSramOptions
  | SramCimOptions
  | ProcessorOptions;

/** Every way to build the hardware, by name. */
export const architectures = {
  'analog-core': analogCore,
  'binary-noise-plane': binaryNoisePlane,
  'frozen-copies': frozenCopies,
  'digital-sram': digitalSram,
  'sram-cim': sramCim,
  processor,
} as const;

/** The `architecture:` section of an experiment. */
export const architectureSchema = z
  .discriminatedUnion('kind', [
    analogCore.schema,
    binaryNoisePlane.schema,
    frozenCopies.schema,
    digitalSram.schema,
    sramCim.schema,
    processor.schema,
  ] as unknown as readonly [z.ZodObject<{ kind: z.ZodLiteral<string> }>])
  .describe('What the network is priced on.') as unknown as z.ZodType<ArchitectureOptions, ArchitectureInput>;

/** Options as a user writes them: the kind, and what differs from the defaults; quantities may carry units. */
export type ArchitectureInput = { readonly kind: ArchitectureOptions['kind'] } & Readonly<Record<string, unknown>>;

/** The record that builds these options. */
export const architectureOf = (kind: ArchitectureOptions['kind']): Architecture<CommonOptions> =>
  architectures[kind] as unknown as Architecture<CommonOptions>;
