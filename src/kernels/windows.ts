/** Where windows stand on images [channels, height, width]; signals have a height of 1. */
export interface Windows {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  /** Distance between the places that a window takes, in rows and columns; 1, side by side, where absent. */
  readonly dilation?: number;
  /** Rows of zeros above and below, columns of zeros left and right. */
  readonly padding: readonly [above: number, below: number, left: number, right: number];
}

/** Rows or columns from the first place of a window to its last. */
export const windowReach = (kernel: number, dilation = 1): number => (kernel - 1) * dilation + 1;

/** Windows above each other and side by side. */
export function windowGrid({ height, width, kernelHeight, kernelWidth, stride, dilation, padding }: Windows): {
  rows: number;
  columns: number;
} {
  const [above, below, left, right] = padding;
  return {
    rows: Math.floor((height + above + below - windowReach(kernelHeight, dilation)) / stride) + 1,
    columns: Math.floor((width + left + right - windowReach(kernelWidth, dilation)) / stride) + 1,
  };
}
