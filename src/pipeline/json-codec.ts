import { z } from 'zod';
import { check, InputError } from '../base/index.ts';
import type { Codec, Results } from './stage.ts';

/** A result that is one JSON file of this name and shape; numbers that are not finite are null there. */
export const jsonCodec = <P, N extends keyof Results, S extends z.ZodType>(
  file: string,
  shape: S,
): Codec<P, N, z.output<S>> => ({
  files: () => [file],
  encode: value => ({ [file]: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`) }),
  decode: files => decodeJson(files[file]!, file, shape),
});

/** A JSON file of a result, whose text and shape are those that were written, or faults that name it. */
export function decodeJson<S extends z.ZodType>(bytes: Uint8Array, file: string, shape: S): z.output<S> {
  return check(shape, parsed(bytes, file), file);
}

/** A number of such a file; null is one that is not defined. */
export const writtenNumber = z.union([z.number(), z.null().transform(() => Number.NaN)]);

/** Weight ranges in such a file. */
export const rangesShape = z.array(
  z.object({
    name: z.string(),
    limit: z.union([z.number(), z.array(z.number())]),
    biasDrive: z.number(),
    clipped: writtenNumber.optional(),
  }),
);

function parsed(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new InputError({ file, path: [], rule: 'is no JSON', hint: 'remove it, and it is made again' });
  }
}
