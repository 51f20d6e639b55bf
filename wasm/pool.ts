// The largest number or the mean of windows without padding on planes [height, width].

/** Rows or columns of windows. */
// @ts-ignore: decorator
@inline
function along(size: usize, kernel: usize, stride: usize): usize {
  return (size - kernel) / stride + 1;
}

/** One window from its corner on. */
// @ts-ignore: decorator
@inline
function windowOf<T>(corner: usize, line: usize, kernelHeight: usize, kernelWidth: usize, average: bool): T {
  const size = sizeof<T>();
  const share = <T>1 / <T>(kernelHeight * kernelWidth);
  let value = average ? <T>0 : <T>-Infinity;
  for (let i: usize = 0; i < kernelHeight; i++, corner += line) {
    for (let at = corner; at < corner + kernelWidth * size; at += size) {
      // A NaN is the largest.
      value = average ? value + load<T>(at) * share : max<T>(value, load<T>(at));
    }
  }
  return value;
}

/** Results of all windows of `planes` planes. */
function pool<T>(
  out: usize, images: usize, planes: usize, height: usize, width: usize, kernelHeight: usize, kernelWidth: usize,
  stride: usize, average: bool,
): void {
  const size = sizeof<T>();
  const line = width * size;
  const rows = along(height, kernelHeight, stride);
  const end = along(width, kernelWidth, stride) * stride * size;
  for (let plane: usize = 0; plane < planes; plane++, images += height * line) {
    for (let r: usize = 0; r < rows; r++) {
      const from = images + r * stride * line;
      for (let at: usize = 0; at < end; at += stride * size, out += size) {
        if (average) store<T>(out, windowOf<T>(from + at, line, kernelHeight, kernelWidth, true));
        else store<T>(out, windowOf<T>(from + at, line, kernelHeight, kernelWidth, false));
      }
    }
  }
}

export function poolSingle(
  out: usize, images: usize, planes: usize, height: usize, width: usize, kernelHeight: usize, kernelWidth: usize,
  stride: usize, average: bool,
): void {
  pool<f32>(out, images, planes, height, width, kernelHeight, kernelWidth, stride, average);
}

export function poolDouble(
  out: usize, images: usize, planes: usize, height: usize, width: usize, kernelHeight: usize, kernelWidth: usize,
  stride: usize, average: bool,
): void {
  pool<f64>(out, images, planes, height, width, kernelHeight, kernelWidth, stride, average);
}

/** Adds to dx the gradients dy of the results y of the windows of x: to the first of the largest, or in equal parts to all. */
function poolGradient<T>(
  dx: usize, dy: usize, y: usize, x: usize, planes: usize, height: usize, width: usize, kernelHeight: usize,
  kernelWidth: usize, stride: usize, average: bool,
): void {
  const size = sizeof<T>();
  const line = width * size;
  const rows = along(height, kernelHeight, stride);
  const end = along(width, kernelWidth, stride) * stride * size;
  for (let plane: usize = 0; plane < planes; plane++, x += height * line, dx += height * line) {
    for (let r: usize = 0; r < rows; r++) {
      for (let at: usize = 0; at < end; at += stride * size, y += size, dy += size) {
        const corner = r * stride * line + at;
        const gradient = load<T>(dy);
        const result = load<T>(y);
        const share = gradient / <T>(kernelHeight * kernelWidth);
        let sought = !average;
        for (let k: usize = 0; k < kernelHeight * kernelWidth && (average || sought); k++) {
          const place = corner + (k / kernelWidth) * line + (k % kernelWidth) * size;
          if (average) {
            store<T>(dx + place, load<T>(dx + place) + share);
          } else if (load<T>(x + place) == result) {
            store<T>(dx + place, load<T>(dx + place) + gradient);
            sought = false;
          }
        }
      }
    }
  }
}

export function poolGradientSingle(
  dx: usize, dy: usize, y: usize, x: usize, planes: usize, height: usize, width: usize, kernelHeight: usize,
  kernelWidth: usize, stride: usize, average: bool,
): void {
  poolGradient<f32>(dx, dy, y, x, planes, height, width, kernelHeight, kernelWidth, stride, average);
}

export function poolGradientDouble(
  dx: usize, dy: usize, y: usize, x: usize, planes: usize, height: usize, width: usize, kernelHeight: usize,
  kernelWidth: usize, stride: usize, average: bool,
): void {
  poolGradient<f64>(dx, dy, y, x, planes, height, width, kernelHeight, kernelWidth, stride, average);
}
