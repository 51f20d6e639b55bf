import { InputError } from '../base/index.ts';

/** The variant of a run with this name. */
export function variantNamed<R>(variants: readonly (readonly [name: string, run: R])[], name: string): R {
  const found = variants.find(([own]) => own === name);
  if (found) return found[1];
  const hint = variants.length > 0 ? `known: ${variants.map(([own]) => own).join(', ')}` : 'it has none';
  throw new InputError({ path: ['variant'], rule: 'is no variant of the run', value: name, hint });
}
