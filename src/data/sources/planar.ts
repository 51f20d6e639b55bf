import { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../../random/index.ts';
import type { Split } from '../dataset.ts';
import { withoutSearch } from '../search-share.ts';
import { defineSource } from '../source.ts';
import { fitScale, standardised } from '../standardise.ts';

/** A set of points in the plane, one curve or region per class. */
interface Planar<Name extends string> {
  readonly name: Name;
  /** One sentence for the schema. */
  readonly summary: string;
  readonly classes: readonly string[];
  /** Spread of the noise by default. */
  readonly noise: number;
  readonly origin: string;
  /** The noiseless point of a class for two uniform numbers in (0, 1). */
  point(label: number, u: number, v: number): readonly [number, number];
  readonly cite?: readonly Citation[];
}

const count = (what: string, rows: number) =>
  z.int().min(2).max(1e7).default(rows).describe(`${what} points; ${rows} by default.`);

/** A source of points in the plane with Gaussian noise, in equal parts of each class, standardised by the training split. */
export function planarSource<Name extends string>(planar: Planar<Name>) {
  return defineSource({
    name: planar.name,
    schema: z.strictObject({
      source: z.literal(planar.name).describe(planar.summary),
      train: count('Training', 256),
      validation: count('Validation', 256),
      test: count('Test', 1024),
      noise: z
        .number()
        .min(0)
        .default(planar.noise)
        .describe(`Spread of the Gaussian noise on both coordinates, in their units; ${planar.noise} by default.`),
    }),
    async load(key, { train, validation, test, noise, search }) {
      const raw = withoutSearch(key, points(fold(key, 'train'), planar, train, noise), { search });
      const inputScale = fitScale(raw.train.inputs, raw.train.count, 'features');
      return {
        name: planar.name,
        task: 'classification',
        inputShape: [2],
        inputNames: ['x', 'y'],
        outputNames: planar.classes,
        train: standardised(raw.train, inputScale),
        ...(raw.search && { search: standardised(raw.search, inputScale) }),
        validation: standardised(points(fold(key, 'validation'), planar, validation, noise), inputScale),
        test: standardised(points(fold(key, 'test'), planar, test, noise), inputScale),
        inputScale,
        origin: planar.origin,
      };
    },
    cite: planar.cite ?? [],
  });
}

/** Class k takes the points from k·count/classes on. */
function points(key: Key, { classes, point }: Planar<string>, count: number, noise: number): Split {
  const place = fillUniform(fold(key, 'place'), new Float64Array(2 * count));
  const shift = fillNormal(fold(key, 'noise'), new Float64Array(2 * count));
  const inputs = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = Math.floor((i * classes.length) / count);
    const [x, y] = point(label, place[2 * i]!, place[2 * i + 1]!);
    inputs[2 * i] = x + noise * shift[2 * i]!;
    inputs[2 * i + 1] = y + noise * shift[2 * i + 1]!;
    labels[i] = label;
  }
  return { count, inputs, labels, targets: new Float32Array(0) };
}
