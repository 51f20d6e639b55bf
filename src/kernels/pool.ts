import type { Floats } from './kernels.ts';

export type Pooling = 'average' | 'max';

/** Windows without padding on planes [height, width]; what lies beyond the last whole window is left out. */
export interface PoolShape {
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly kind: Pooling;
}

/** Calls `window` with the place of every result and of its window's corner. */
function eachWindow(planes: number, shape: PoolShape, window: (at: number, corner: number) => void): void {
  const { height, width, kernelHeight, kernelWidth, stride } = shape;
  const rows = Math.floor((height - kernelHeight) / stride) + 1;
  const columns = Math.floor((width - kernelWidth) / stride) + 1;
  let at = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) window(at++, (plane * height + r * stride) * width + c * stride);
    }
  }
}

/** The readable definition of `pool`. */
export function pool(out: Floats, images: Floats, planes: number, shape: PoolShape): void {
  const { width, kernelHeight, kernelWidth, kind } = shape;
  const share = 1 / (kernelHeight * kernelWidth);
  eachWindow(planes, shape, (at, corner) => {
    let value = kind === 'max' ? Number.NEGATIVE_INFINITY : 0;
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++) {
        const x = images[corner + i * width + j]!;
        value = kind === 'max' ? Math.max(value, x) : value + x * share;
      }
    }
    out[at] = value;
  });
}

/** The readable definition of `poolGradient`. */
export function poolGradient(
  dx: Floats,
  dy: Floats,
  y: Floats,
  x: Floats,
  planes: number,
  { kind, ...shape }: PoolShape,
): void {
  const { width, kernelHeight, kernelWidth } = shape;
  const size = kernelHeight * kernelWidth;
  const place = (corner: number, k: number) => corner + Math.floor(k / kernelWidth) * width + (k % kernelWidth);
  eachWindow(planes, { ...shape, kind }, (at, corner) => {
    if (kind === 'average') for (let k = 0; k < size; k++) dx[place(corner, k)]! += dy[at]! / size;
    else {
      let k = 0;
      while (k < size && x[place(corner, k)] !== y[at]) k++;
      if (k < size) dx[place(corner, k)]! += dy[at]!;
    }
  });
}
