import { between, paint } from '../colour-scale.ts';
import { channels, colourOf, lighter } from '../palette.ts';

/** Colour of a class in the field, light enough that its points stand out. */
export const classColour = (c: number) => lighter(colourOf(c), 0.35);

/** From the first of two classes over white to the second. */
export const pairScale = () => between(classColour(0), classColour(1), [0, 1]);

/**
 * White where all classes are equally likely, the class's colour where it is certain, [count, 3]. `probabilities`: [count,
 * classes].
 */
export function decisionColours(probabilities: ArrayLike<number>, classes: number, count: number): Uint8Array {
  const out = new Uint8Array(3 * count);
  if (classes === 2) {
    const scale = pairScale();
    for (let n = 0; n < count; n++) paint(scale, probabilities[2 * n + 1]!, out, 3 * n);
    return out;
  }
  const tints = Array.from({ length: classes }, (_, c) => channels(classColour(c)));
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < 3; i++) {
      let value = 255;
      for (let c = 0; c < classes; c++) {
        const share = Math.max(0, (probabilities[n * classes + c]! - 1 / classes) / (1 - 1 / classes));
        value += share * (tints[c]![i]! - 255);
      }
      out[3 * n + i] = Math.round(Math.max(0, value));
    }
  }
  return out;
}
