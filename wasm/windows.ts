// Where windows stand on images: the numbers of a call, kept here, because all that follows needs them.

export let channels: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let stride: i32 = 0;
export let dilation: i32 = 0;
export let above: i32 = 0;
export let left: i32 = 0;
/** Windows above each other and side by side. */
export let rows: i32 = 0;
export let columns: i32 = 0;

/** As `Windows` of the interface. */
export function setWindows(
  channelsOf: i32, heightOf: i32, widthOf: i32, kernelHeightOf: i32, kernelWidthOf: i32, strideOf: i32, dilationOf: i32,
  aboveOf: i32, below: i32, leftOf: i32, right: i32,
): void {
  channels = channelsOf;
  height = heightOf;
  width = widthOf;
  kernelHeight = kernelHeightOf;
  kernelWidth = kernelWidthOf;
  stride = strideOf;
  dilation = dilationOf;
  above = aboveOf;
  left = leftOf;
  rows = (height + above + below - (kernelHeight - 1) * dilation - 1) / stride + 1;
  columns = (width + left + right - (kernelWidth - 1) * dilation - 1) / stride + 1;
}
