import { InputError, within } from '../base/index.ts';
import { type LayerSpec, layers, parseLayer } from './layer-spec.ts';
import type { LayerDefinition } from './layers/index.ts';

/** Modules of a file from which layers, those inside blocks too, take their numbers: their `from`. */
export function modulesNamed(specs: readonly (string | LayerSpec)[]): string[] {
  return records(specs).flatMap(spec => {
    if (spec.kind === 'residual') return modulesNamed(spec.layers as readonly (string | LayerSpec)[]);
    return 'from' in spec && spec.from !== undefined ? [String(spec.from)] : [];
  });
}

/** Numbers of a tensor of a module; undefined where the module has none of this name. */
export type ModuleNumbers = (module: string, tensor: string) => readonly number[] | undefined;

/** The layers with the numbers of the modules that they name; refuses modules that hold none of them. */
export function withNumbersOf(specs: readonly (string | LayerSpec)[], numbers: ModuleNumbers): LayerSpec[] {
  return records(specs).map((spec, i) => within(['layers', i], () => filled(spec, numbers)));
}

function filled(spec: LayerSpec, numbers: ModuleNumbers): LayerSpec {
  if (spec.kind === 'residual') {
    return { ...spec, layers: withNumbersOf(spec.layers as readonly (string | LayerSpec)[], numbers) };
  }
  if (!('from' in spec) || spec.from === undefined) return spec;
  const { from, ...declared } = spec;
  const { tensors = {} }: LayerDefinition = layers[spec.kind];
  const own = Object.keys(tensors).filter(field => (declared as Record<string, unknown>)[field] !== undefined);
  if (own.length > 0) {
    throw new InputError({
      path: ['from'],
      rule: `names a module for numbers that stand here too: ${own.join(', ')}`,
      hint: 'give one of both',
    });
  }
  const found = Object.entries(tensors).flatMap(([field, tensor]) => {
    const values = numbers(String(from), tensor);
    return values ? [[field, values]] : [];
  });
  if (found.length === 0) {
    throw new InputError({
      path: ['from'],
      rule: `the file has no ${Object.values(tensors)
        .map(tensor => `'${from}.${tensor}'`)
        .join(' or ')}`,
      hint: 'name the module as the file does',
    });
  }
  return { ...declared, ...(Object.fromEntries(found) as object) } as LayerSpec;
}

const records = (specs: readonly (string | LayerSpec)[]): LayerSpec[] =>
  specs.map(spec => (typeof spec === 'string' ? parseLayer(spec) : spec));
