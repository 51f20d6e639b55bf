import { chosen, register } from '../../base/index.ts';
import type { EntropySource } from '../entropy.ts';
import { binary } from './binary.ts';
import { frozen } from './frozen.ts';
import { frozenRead } from './frozen-read.ts';
import { generator } from './generator.ts';
import { output } from './output.ts';
import { read } from './read.ts';
import { reprogram } from './reprogram.ts';
import { selectorBits, sum } from './sum.ts';
import { switching } from './switching.ts';

export { selectorBits };

/** Every source of randomness that a chip can predict with. */
export const entropySources = {
  frozen,
  read,
  'frozen-read': frozenRead,
  reprogram,
  binary,
  switching,
  sum,
  output,
  generator,
} as const satisfies Record<string, EntropySource>;

/** The source that options name. */
export const sourceOf = ({ entropy }: { readonly entropy: string }): EntropySource => chosen(entropySources, entropy);

/** Adds a source of the user's own. */
export const registerEntropySource = (source: EntropySource): void =>
  register<EntropySource>(entropySources, source, ['summary', 'schema', 'cite', 'lacks', 'copies', 'samples', 'open']);
