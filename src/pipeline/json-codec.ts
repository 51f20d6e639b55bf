import type { Codec, Results } from './stage.ts';

/** A result that is one JSON file of this name. */
export const jsonCodec = <P, N extends keyof Results, T>(file: string): Codec<P, N, T> => ({
  files: () => [file],
  encode: value => ({ [file]: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`) }),
  decode: files => JSON.parse(new TextDecoder().decode(files[file])) as T,
});
