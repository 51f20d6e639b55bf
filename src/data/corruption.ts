import { InputError, lookUp } from '../base/index.ts';
import { fillNormal, type Key } from '../random/index.ts';
import type { Dataset, Split } from './dataset.ts';
import { applyScale, restored } from './standardise.ts';

/** A change of inputs that leaves their labels as they are, to see whether uncertainty grows with it. */
export interface Corruption {
  readonly name: string;
  /** What the strength means, with its unit. */
  readonly strength: string;
  /** Whether it mixes places, so that inputs standardised place by place must be in their own units meanwhile. */
  readonly mixes: boolean;
  /** Writes the corrupted inputs of all rows. */
  run(key: Key, out: Float32Array, split: Split, inputShape: readonly number[], strength: number): void;
}

const noise: Corruption = {
  name: 'noise',
  strength: 'spread of white Gaussian noise, in units of the inputs as the network sees them',
  mixes: false,
  run(key, out, split, _, strength) {
    fillNormal(key, out);
    for (let i = 0; i < out.length; i++) out[i] = split.inputs[i]! + strength * out[i]!;
  },
};

const rotation: Corruption = {
  name: 'rotation',
  strength: 'angle in degrees, counterclockwise',
  mixes: true,
  run(_key, out, split, inputShape, strength) {
    const angle = (strength * Math.PI) / 180;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    resample(out, split, inputShape, (x, y) => [cosine * x - sine * y, sine * x + cosine * y]);
  },
};

const shift: Corruption = {
  name: 'shift',
  strength: 'distance in pixels to the right',
  mixes: true,
  run(_key, out, split, inputShape, strength) {
    resample(out, split, inputShape, (x, y) => [x - strength, y]);
  },
};

const blur: Corruption = {
  name: 'blur',
  strength: 'spread of a Gaussian window in pixels (or samples)',
  mixes: true,
  run(_key, out, split, inputShape, strength) {
    const { planes, height, width } = imagesOf(split, inputShape);
    const reach = Math.ceil(3 * strength);
    const window = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
      Math.exp(-0.5 * ((i - reach) / strength) ** 2),
    );
    const total = window.reduce((sum, value) => sum + value, 0);
    const rows = new Float32Array(split.inputs.length);
    smooth(rows, split.inputs, window, total, planes * height, width, 1, width);
    for (let plane = 0; plane < planes; plane++) {
      const from = plane * height * width;
      const part = (array: Float32Array) => array.subarray(from, from + height * width);
      smooth(part(out), part(rows), window, total, width, height, width, 1);
    }
  },
};

/** The corruptions by name. */
export const corruptions: Readonly<Record<string, Corruption>> = { noise, rotation, shift, blur };

/**
 * A split of a data set with corrupted inputs; strength 0 changes nothing. Rotation, shift and blur take images
 * [channels, height, width] or a flattened square image; noise and blur take signals [channels, length] too. Beyond an
 * edge, the edge is repeated.
 */
export function corrupted(
  key: Key,
  split: Split,
  { inputShape, inputScale }: Pick<Dataset, 'inputShape' | 'inputScale'>,
  name: string,
  strength: number,
): Split {
  const corruption = lookUp(corruptions, name, []);
  if (!(Number.isFinite(strength) && strength >= 0)) {
    throw new InputError({
      path: [],
      rule: `strength (${corruption.strength}) must be 0 or more`,
      value: strength,
    });
  }
  if (strength === 0) return split;
  const inputs = new Float32Array(split.inputs.length);
  const scale = corruption.mixes ? inputScale : undefined;
  const given = scale ? { ...split, inputs: restored(split.inputs, scale) } : split;
  corruption.run(key, inputs, given, inputShape, strength);
  return { ...split, inputs: scale ? applyScale(inputs, scale) : inputs };
}

interface Images {
  /** Images times channels. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

const noImage = (shape: readonly number[], hint: string): InputError =>
  new InputError({ path: [], rule: `inputs of shape [${shape.join(', ')}] are no image`, hint });

function imagesOf(split: Split, shape: readonly number[]): Images {
  if (shape.length === 3) return { planes: split.count * shape[0]!, height: shape[1]!, width: shape[2]! };
  if (shape.length === 2) return { planes: split.count * shape[0]!, height: 1, width: shape[1]! };
  const side = Math.sqrt(shape[0]!);
  if (Number.isInteger(side) && side > 1) return { planes: split.count, height: side, width: side };
  throw noImage(shape, 'use noise instead');
}

/** Bilinear interpolation of each image at the places that `from` gives for its pixels, both relative to the centre. */
function resample(
  out: Float32Array,
  split: Split,
  inputShape: readonly number[],
  from: (x: number, y: number) => readonly [number, number],
): void {
  const { planes, height, width } = imagesOf(split, inputShape);
  if (height < 2 || width < 2) throw noImage(inputShape, 'use noise or blur');
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [dx, dy] = from(column - cx, row - cy);
      const x = Math.min(width - 1, Math.max(0, dx + cx));
      const y = Math.min(height - 1, Math.max(0, dy + cy));
      const [left, top] = [Math.min(Math.floor(x), width - 2), Math.min(Math.floor(y), height - 2)];
      const [u, v] = [x - left, y - top];
      for (let plane = 0; plane < planes; plane++) {
        const at = (plane * height + top) * width + left;
        const { inputs } = split;
        out[(plane * height + row) * width + column] =
          (1 - v) * ((1 - u) * inputs[at]! + u * inputs[at + 1]!) +
          v * ((1 - u) * inputs[at + width]! + u * inputs[at + width + 1]!);
      }
    }
  }
}

/** Weighted means along lines of `length` entries `step` apart; line i begins at i·`stride`. */
function smooth(
  out: Float32Array,
  values: Float32Array,
  window: Float64Array,
  total: number,
  lines: number,
  length: number,
  step: number,
  stride: number,
): void {
  const reach = (window.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    const from = line * stride;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const at = Math.min(length - 1, Math.max(0, i + k));
        sum += window[k + reach]! * values[from + at * step]!;
      }
      out[from + i * step] = sum / total;
    }
  }
}
