import { InputError } from '../../base/index.ts';

/** Images of 32×32 pixels in three colours. */
export const PIXELS = 3 * 32 * 32;

/** Pixels [N, 3, 32, 32] and labels [N] of a CIFAR binary file; CIFAR-100 has a coarse label before the fine one. */
export function decodeCifar(
  bytes: Uint8Array,
  name: string,
  classes: 10 | 100,
): { pixels: Uint8Array; labels: Int32Array } {
  const head = classes === 10 ? 1 : 2;
  const count = bytes.length / (head + PIXELS);
  if (!Number.isInteger(count) || count === 0) {
    throw new InputError(
      `${name}: must hold images of ${head + PIXELS} bytes, got ${bytes.length} bytes in all; use the binary version of CIFAR-${classes}, complete.`,
    );
  }
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * (head + PIXELS);
    labels[i] = bytes[at + head - 1]!;
    if (labels[i]! >= classes) {
      throw new InputError(
        `${name}: image ${i + 1} has label ${labels[i]}, but CIFAR-${classes} has 0 to ${classes - 1}; check data.classes.`,
      );
    }
    pixels.set(bytes.subarray(at + head, at + head + PIXELS), i * PIXELS);
  }
  return { pixels, labels };
}
