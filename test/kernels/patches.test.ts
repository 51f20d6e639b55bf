import fc from 'fast-check';
import { expect, it } from 'vitest';
import { windowGrid } from '../../src/kernels/index.ts';
import { numbers, onEach } from './backends.ts';

const pad = fc.integer({ min: 0, max: 3 });

const shapes = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    kernelHeight: fc.integer({ min: 1, max: 5 }),
    kernelWidth: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.tuple(pad, pad, pad, pad),
    bias: fc.boolean(),
  })
  .filter(s => windowGrid(s).rows >= 1 && windowGrid(s).columns >= 1)
  .chain(s => fc.record({ shape: fc.constant(s), firstChannel: fc.integer({ min: 0, max: s.channels - 1 }) }));

onEach('patches', (kernels, precision) => {
  it('are the parts of the padded images', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), ({ shape, firstChannel }, count) => {
        const { channels, height, width, kernelHeight, kernelWidth, stride, dilation, padding, bias } = shape;
        const patchChannels = channels - firstChannel;
        const images = numbers(precision, count * channels * height * width, 5);
        const { rows, columns } = windowGrid(shape);
        const size = patchChannels * kernelHeight * kernelWidth;
        const line = size + (bias ? 1 : 0);
        const out = precision.make(count * rows * columns * line);
        kernels.patches(out, images, count, { ...shape, firstChannel, patchChannels });
        let wrong = 0;
        for (let at = 0; at < out.length; at++) {
          const entry = at % line;
          const position = Math.floor(at / line);
          if (entry === size) {
            if (out[at] !== 1) wrong++;
            continue;
          }
          const n = Math.floor(position / (rows * columns));
          const c = firstChannel + Math.floor(entry / (kernelHeight * kernelWidth));
          const y =
            (Math.floor(position / columns) % rows) * stride +
            (Math.floor(entry / kernelWidth) % kernelHeight) * dilation -
            padding[0];
          const x = (position % columns) * stride + (entry % kernelWidth) * dilation - padding[2];
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          if (out[at] !== (inside ? images[((n * channels + c) * height + y) * width + x] : 0)) wrong++;
        }
        expect(wrong).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
