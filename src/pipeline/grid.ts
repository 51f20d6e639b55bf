import type { Dataset } from '../data/index.ts';

/** Points of a plane on which maps are drawn, row after row from below. */
export interface Grid {
  readonly side: number;
  readonly count: number;
  /** In the data's own units, [count, 2]. */
  readonly points: Float32Array;
  /** As the network sees them, [count, 2]. */
  readonly inputs: Float32Array;
}

/** Half the side of the grid in standard deviations of the training inputs. */
const reach = 3;

/** Points per side of the rim that converters are calibrated on. */
const rimSide = 61;

/** Whether maps can be drawn: two inputs, and classes. */
export const isPlane = ({ task, inputShape }: Dataset): boolean =>
  task === 'classification' && inputShape.length === 1 && inputShape[0] === 2;

/** The grid over ±3 standard deviations of two inputs; undefined for other inputs and for regression. */
export function gridOf(data: Dataset, side: number): Grid | undefined {
  if (!isPlane(data)) return undefined;
  const { inputScale } = data;
  const inputs = new Float32Array(side * side * 2);
  const points = new Float32Array(inputs.length);
  const { mean, std } = inputScale ?? spreadOf(data.train.inputs);
  for (let i = 0, at = 0; i < side; i++) {
    for (let j = 0; j < side; j++, at += 2) {
      const z = [-reach + (2 * reach * j) / (side - 1), -reach + (2 * reach * i) / (side - 1)];
      for (let k = 0; k < 2; k++) {
        points[at + k] = mean[k]! + std[k]! * z[k]!;
        inputs[at + k] = inputScale ? z[k]! : points[at + k]!;
      }
    }
  }
  return { side, count: side * side, points, inputs };
}

/** The outermost inputs of a grid, [count, 2]; empty where there is none. The same for grids of every size. */
export function rimOf(data: Dataset): Float32Array {
  const grid = gridOf(data, rimSide);
  const outermost = (i: number) => i === 0 || i === rimSide - 1;
  return grid
    ? grid.inputs.filter((_, k) => outermost((k >> 1) % rimSide) || outermost(Math.floor(k / 2 / rimSide)))
    : new Float32Array();
}

function spreadOf(inputs: Float32Array): { mean: number[]; std: number[] } {
  const count = inputs.length / 2;
  const mean = [0, 0];
  const std = [0, 0];
  for (let i = 0; i < inputs.length; i++) mean[i % 2]! += inputs[i]! / count;
  for (let i = 0; i < inputs.length; i++) std[i % 2]! += (inputs[i]! - mean[i % 2]!) ** 2 / count;
  return { mean, std: std.map(Math.sqrt) };
}
