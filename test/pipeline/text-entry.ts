import type { Entry } from '../../src/pipeline/index.ts';

/** A result that is a text, at an address. */
export const entryOf = (address: string, more: Partial<Entry<string>> = {}): Entry<string> => ({
  stage: 'text',
  at: {},
  address,
  recipe: address,
  bytes: value => value.length,
  codec: {
    files: ['text.txt'],
    encode: value => ({ 'text.txt': new TextEncoder().encode(value) }),
    decode: async files => new TextDecoder().decode(files['text.txt']),
  },
  ...more,
});
