import { InputError } from '../../base/index.ts';
import { doublesOf } from '../formats/index.ts';
import type { NamedBytes } from './foreign.ts';
import { readArrays } from './read-arrays.ts';

/**
 * Numbers of the modules in files of another tool, by module and tensor (`bn1` and `running_mean`), for layers that take
 * them from there. Members of an ensemble must share them, since a network has one layer for all.
 */
export function moduleNumbers(
  files: readonly NamedBytes[],
): (module: string, tensor: string) => readonly number[] | undefined {
  const read = files.map(({ name, bytes }) => readArrays(bytes, name));
  return (module, tensor) => {
    const key = `${module}.${tensor}`;
    const [first, ...others] = read.map(({ name, arrays }) => {
      const array = arrays[key];
      if (!array) return undefined;
      if (array.shape.length > 1) {
        throw new InputError(
          `${name}: '${key}' has shape [${array.shape.join(', ')}], where a layer takes one number per channel; save one network, or leave the layer out of network.layers where it can be folded.`,
        );
      }
      return Array.from(doublesOf(array, `${name}, '${key}'`));
    });
    const differs = others.findIndex(other => other?.join() !== first?.join());
    if (differs >= 0) {
      throw new InputError(
        `${files[differs + 1]!.name}: '${key}' is not that of ${files[0]!.name}, and a layer of network.layers is one for all members; import one member, or leave the layer out of network.layers where it can be folded.`,
      );
    }
    return first;
  };
}
