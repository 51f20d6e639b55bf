import type { Floats } from './kernels.ts';
import { type Windows, windowGrid } from './windows.ts';

/** Which parts of images `patches` takes. */
export interface PatchShape extends Windows {
  /** First channel taken, and how many. */
  readonly firstChannel: number;
  readonly patchChannels: number;
  /** Every patch ends with a 1, the input of a bias line. */
  readonly bias: boolean;
}

/** The readable definition of `patches`. */
export function patches(out: Floats, images: Floats, count: number, shape: PatchShape): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride, dilation = 1, padding, bias } = shape;
  const { firstChannel, patchChannels } = shape;
  const { rows, columns } = windowGrid(shape);
  const [above, , before] = padding;
  let at = 0;
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const left = column * stride - before;
        for (let c = firstChannel; c < firstChannel + patchChannels; c++) {
          for (let i = 0; i < kernelHeight; i++) {
            const y = row * stride + i * dilation - above;
            const from = ((n * channels + c) * height + y) * width + left;
            for (let j = 0; j < kernelWidth; j++) {
              const x = left + j * dilation;
              out[at++] = y >= 0 && y < height && x >= 0 && x < width ? images[from + j * dilation]! : 0;
            }
          }
        }
        if (bias) out[at++] = 1;
      }
    }
  }
}
