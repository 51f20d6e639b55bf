import type { Floats } from './kernels.ts';

/** Which parts of images `patches` takes. */
export interface PatchShape {
  /** Channels of an image. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  /** Rows and columns of zeros around the images. */
  readonly padding: number;
  /** First channel taken, and how many. */
  readonly firstChannel: number;
  readonly patchChannels: number;
  /** Every patch ends with a 1, the input of a bias line. */
  readonly bias: boolean;
}

/** The readable definition of `patches`. */
export function patches(out: Floats, images: Floats, count: number, shape: PatchShape): void {
  const { channels, height, width, kernelHeight, kernelWidth, stride, padding, firstChannel, patchChannels, bias } =
    shape;
  const rows = Math.floor((height + 2 * padding - kernelHeight) / stride) + 1;
  const columns = Math.floor((width + 2 * padding - kernelWidth) / stride) + 1;
  let at = 0;
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const left = column * stride - padding;
        for (let c = firstChannel; c < firstChannel + patchChannels; c++) {
          for (let i = 0; i < kernelHeight; i++) {
            const y = row * stride + i - padding;
            const from = ((n * channels + c) * height + y) * width + left;
            for (let j = 0; j < kernelWidth; j++) {
              const inside = y >= 0 && y < height && left + j >= 0 && left + j < width;
              out[at++] = inside ? images[from + j]! : 0;
            }
          }
        }
        if (bias) out[at++] = 1;
      }
    }
  }
}
