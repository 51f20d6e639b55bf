import { type NdArray, ndArray } from '../data/index.ts';
import type { Predictive } from '../uncertainty/index.ts';
import type { Assessment } from './assessment.ts';
import { gridOf } from './grid.ts';
import type { Subject } from './subject.ts';

/** Maps over two inputs of software and of the first chips: see `Evaluated`. */
export function mapsOf(
  { data, experiment }: Subject,
  sides: Readonly<Record<'software' | 'hardware' | 'deterministic', Assessment>>,
): Record<string, NdArray> {
  const grid = gridOf(data, experiment.evaluate.grid);
  if (!grid) return {};
  const maps: Record<string, NdArray> = { points: ndArray([grid.count, 2], grid.points) };
  for (const [side, { map }] of Object.entries(sides)) {
    const { mean, aleatoric, epistemic, count, classes } = map!;
    maps[`${side}/mean`] = ndArray([count, classes], Float32Array.from(mean));
    maps[`${side}/aleatoric`] = ndArray([count], Float32Array.from(aleatoric));
    maps[`${side}/epistemic`] = ndArray([count], Float32Array.from(epistemic));
  }
  return maps;
}

/** One side of the maps of an evaluation. */
export function mapOf(
  maps: Readonly<Record<string, NdArray>>,
  side: 'software' | 'hardware' | 'deterministic',
): Predictive {
  const [count, classes] = maps[`${side}/mean`]!.shape as [number, number];
  const part = (name: string) => Float64Array.from(maps[`${side}/${name}`]!.data as Float32Array);
  const [aleatoric, epistemic] = [part('aleatoric'), part('epistemic')];
  return {
    count,
    classes,
    mean: part('mean'),
    total: aleatoric.map((a, i) => a + epistemic[i]!),
    aleatoric,
    epistemic,
  };
}
