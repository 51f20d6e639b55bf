import { insist } from '../base/index.ts';
import { type LayerSpec, layers, parseLayer } from './layer-spec.ts';
import { type LayerDefinition, type Place, pathOf } from './layers/index.ts';
import type { Layer } from './network.ts';

/** The layers of `specs` one on top of the other from `place` on; their names are numbers after the place's name. */
export function stackLayers(specs: readonly (string | LayerSpec)[], place: Place): Layer[] {
  const stack: Layer[] = [];
  let { inputShape, offset, source } = place;
  specs.forEach((given, i) => {
    const spec = typeof given === 'string' ? parseLayer(given) : given;
    const definition: LayerDefinition = layers[spec.kind];
    const name = place.name === '' ? String(i) : `${place.name}.${i}`;
    const from = 'from' in spec ? spec.from : undefined;
    insist(from === undefined, {
      path: [...pathOf({ ...place, name }), 'from'],
      rule: `takes its numbers from '${from}' of a file, and none was brought`,
      hint: 'bring one with posterohm import posterior, or give the numbers here',
    });
    const built = definition.build(spec, { name, inputShape, offset, source, index: place.index + stack.length });
    stack.push(...built);
    for (const { parameters } of built) for (const { size } of parameters) offset += size;
    inputShape = built[built.length - 1]!.outputShape;
    source = place.index + stack.length - 1;
  });
  return stack;
}
