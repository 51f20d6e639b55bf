import { activationCodes, windowNumbers } from '../codes.ts';
import type { Convolution } from '../convolution.ts';
import type { Floats, Kernels } from '../kernels.ts';
import type { PoolShape } from '../pool.ts';
import { windowGrid } from '../windows.ts';
import { type Memory, PIECE } from './memory.ts';

type Images = Pick<Kernels, 'patches' | 'convolve' | 'convolveGradient' | 'pool' | 'poolGradient'>;

/** Kernels over images, which are taken as many at a time as make a piece or two. */
export function images(memory: Memory): Images {
  const { module } = memory;
  const single = (x: Floats) => x instanceof Float32Array;
  return {
    patches(out, x, count, shape) {
      const run = single(out) ? module.patchesSingle : module.patchesDouble;
      const { channels, height, width, kernelHeight, kernelWidth, firstChannel, patchChannels, bias } = shape;
      const { rows, columns } = windowGrid(shape);
      const image = channels * height * width;
      const parts = rows * columns * (patchChannels * kernelHeight * kernelWidth + (bias ? 1 : 0));
      memory.open();
      module.setWindows(...windowNumbers(shape));
      inGroups(count, parts, (from, now) => {
        memory.open();
        const atX = memory.copyOf(x, from * image, now * image);
        const at = memory.place(now * parts * out.BYTES_PER_ELEMENT);
        run(at, atX, now, firstChannel, patchChannels, bias ? 1 : 0);
        memory.take(out, from * parts, now * parts, at);
      });
    },
    convolve(y, x, w, bias, count, shape, activation) {
      const run = single(y) ? module.convolveSingle : module.convolveDouble;
      const { image, results, terms } = sizesOf(shape);
      const code = activationCodes[activation];
      memory.open();
      module.setWindows(...windowNumbers(shape));
      const atW = memory.copyOf(w);
      const atBias = bias ? memory.copyOf(bias) : 0;
      const atTerms = memory.place(terms * y.BYTES_PER_ELEMENT);
      const rest = memory.place(0);
      inGroups(count, image + results, (from, now) => {
        memory.open(rest);
        const atX = memory.copyOf(x, from * image, now * image);
        const atY = memory.place(now * results * y.BYTES_PER_ELEMENT);
        run(atY, atX, atW, atBias, now, shape.outputs, shape.groups, code, atTerms);
        memory.take(y, from * results, now * results, atY);
      });
    },
    convolveGradient(dx, dw, db, dy, y, x, w, count, shape, activation) {
      const run = single(y) ? module.convolveGradientSingle : module.convolveGradientDouble;
      const { image, results, terms } = sizesOf(shape);
      const code = activationCodes[activation];
      memory.open();
      module.setWindows(...windowNumbers(shape));
      const atW = memory.copyOf(w);
      const [atDw, atDb] = [dw ? memory.copyOf(dw) : 0, db ? memory.copyOf(db) : 0];
      const atTerms = memory.place(terms * y.BYTES_PER_ELEMENT);
      const atSlope = memory.place(results * y.BYTES_PER_ELEMENT);
      const rest = memory.place(0);
      inGroups(count, image + results, (from, now) => {
        memory.open(rest);
        const atX = memory.copyOf(x, from * image, now * image);
        const atDx = dx ? memory.copyOf(dx, from * image, now * image) : 0;
        const atDy = memory.copyOf(dy, from * results, now * results);
        const atY = memory.copyOf(y, from * results, now * results);
        const arrays = [atDx, atDw, atDb, atDy, atY, atX, atW] as const;
        run(...arrays, now, shape.outputs, shape.groups, code, atTerms, atSlope);
        if (dx) memory.take(dx, from * image, now * image, atDx);
      });
      if (dw) memory.take(dw, 0, dw.length, atDw);
      if (db) memory.take(db, 0, db.length, atDb);
    },
    pool(out, x, planes, shape) {
      const run = single(out) ? module.poolSingle : module.poolDouble;
      const plane = shape.height * shape.width;
      const results = out.length / planes;
      const average = shape.kind === 'average' ? 1 : 0;
      module.setWindows(...poolWindows(shape));
      inGroups(planes, plane, (from, now) => {
        memory.open();
        const atX = memory.copyOf(x, from * plane, now * plane);
        const at = memory.place(now * results * out.BYTES_PER_ELEMENT);
        run(at, atX, now, average);
        memory.take(out, from * results, now * results, at);
      });
    },
    poolGradient(dx, dy, y, x, planes, shape) {
      const run = single(y) ? module.poolGradientSingle : module.poolGradientDouble;
      const plane = shape.height * shape.width;
      const results = y.length / planes;
      const average = shape.kind === 'average' ? 1 : 0;
      module.setWindows(...poolWindows(shape));
      inGroups(planes, plane, (from, now) => {
        memory.open();
        const atX = memory.copyOf(x, from * plane, now * plane);
        const atDx = memory.copyOf(dx, from * plane, now * plane);
        const atY = memory.copyOf(y, from * results, now * results);
        const atDy = memory.copyOf(dy, from * results, now * results);
        run(atDx, atDy, atY, atX, now, average);
        memory.take(dx, from * plane, now * plane, atDx);
      });
    },
  };
}

/** Windows of pooling as numbers of `setWindows`. */
const poolWindows = (shape: PoolShape) => windowNumbers({ ...shape, channels: 1, padding: [0, 0, 0, 0] });

/** Calls `run` for groups of images of `size` numbers each. */
function inGroups(count: number, size: number, run: (from: number, now: number) => void): void {
  const together = Math.max(1, Math.floor(PIECE / Math.max(size, 1)));
  for (let from = 0; from < count; from += together) run(from, Math.min(together, count - from));
}

/** Numbers of an image, of its outputs, and of what the weights of one group meet on it. */
function sizesOf(shape: Convolution): { image: number; results: number; terms: number } {
  const { channels, height, width, kernelHeight, kernelWidth, outputs, groups } = shape;
  const { rows, columns } = windowGrid(shape);
  return {
    image: channels * height * width,
    results: outputs * rows * columns,
    terms: (channels / groups) * kernelHeight * kernelWidth * rows * columns,
  };
}
