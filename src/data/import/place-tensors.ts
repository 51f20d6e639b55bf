import { assign, type Choice } from './assign.ts';
import type { WantedLayer, WantedTensor } from './layout.ts';
import { type Chosen, fits, mismatch, ownShape, type Placing, type Spot, type Stored, spotsOf } from './place.ts';
import { naturally, type PosteriorTensor } from './tensors.ts';

/** Tensors of any name, each by its shape and then by order of names; what is left over is not the network's. */
export function placeTensors(layers: readonly WantedLayer[], stored: Stored): Placing {
  const { tensors, lead } = stored;
  const ordered = [...tensors].sort((a, b) => naturally(a.name, b.name));
  const spots = layers.flatMap(spotsOf);
  const strictly = (tensor: PosteriorTensor, { layer, target }: Spot) =>
    fits(tensor, { layer, target }, stored) && (target === layer.weight || ownShape(tensor, lead).length === 1);
  // Biases may be stored as rows, [1, outputs], but not where that makes them look like weights.
  const strict = assign(ordered, spots, strictly);
  const choices =
    strict.size === spots.length ? strict : assign(ordered, spots, (tensor, spot) => fits(tensor, spot, stored));
  const open = spots.filter(spot => !choices.has(spot));
  const taken = new Set([...choices.values()].map(({ thing }) => thing));
  const left = ordered.filter(tensor => !taken.has(tensor));
  // What is left over is an error only where something is missing: samples hold other quantities too.
  const problems = open.length > 0 ? mismatch(open, left, stored) : [];
  if (open.length === 0 && !inOrder(spots, choices, ordered)) {
    problems.push(
      `the names ${ordered.map(({ name }) => `'${name}'`).join(', ')} are not in the order of the layers, so that tensors of the same shape cannot be told apart`,
    );
  }
  const chosen = (layer: WantedLayer, target: WantedTensor | null): Chosen | null => {
    const choice = choices.get(spots.find(spot => spot.layer === layer && spot.target === target)!);
    return choice ? { tensor: choice.thing, by: choice.by } : null;
  };
  const matched = layers.flatMap(layer => {
    const weight = chosen(layer, layer.weight);
    return weight ? [{ layer, weight, bias: chosen(layer, layer.bias) }] : [];
  });
  return { matched, problems };
}

/** Whether order may decide: it need not, or weights and biases both follow the layers in the order of their names. */
function inOrder(
  spots: readonly Spot[],
  choices: ReadonlyMap<Spot, Choice<PosteriorTensor>>,
  ordered: readonly PosteriorTensor[],
): boolean {
  if (spots.every(spot => choices.get(spot)!.by === 'shape')) return true;
  return [true, false].every(weights => {
    const at = spots
      .filter(({ layer, target }) => (target === layer.weight) === weights)
      .map(spot => ordered.indexOf(choices.get(spot)!.thing));
    return at.every((index, i) => i === 0 || index > at[i - 1]!);
  });
}
