import { check, within } from '../../base/index.ts';
import { moduleNumbers, type NamedBytes } from '../../data/index.ts';
import { type Fields, isRecord } from '../../experiment/index.ts';
import { layerSchema, modulesNamed, withNumbersOf } from '../../network/index.ts';

/** An experiment in which layers have the numbers of the modules of files that they name (`from`), and those modules. */
export function withNumbers(
  input: Fields,
  files: readonly NamedBytes[],
): { readonly input: Fields; readonly taken: readonly string[] } {
  const { network } = input;
  if (!isRecord(network) || !Array.isArray(network.layers)) return { input, taken: [] };
  return within(['network'], () => {
    const specs = network.layers as unknown[];
    const layers = specs.map((spec, i) => within(['layers', i], () => check(layerSchema, spec)));
    const taken = modulesNamed(layers);
    if (taken.length === 0) return { input, taken };
    return { input: { ...input, network: { ...network, layers: withNumbersOf(layers, moduleNumbers(files)) } }, taken };
  });
}
