// The kernels in WebAssembly, written in AssemblyScript: all that the module exports. It has no object and no collector;
// pointers are bytes of its one memory.

export { adamDouble, adamSingle, gaussianAdamDouble, gaussianAdamSingle } from './adam';
export {
  activationGradientDouble,
  activationGradientSingle,
  axpyDouble,
  axpySingle,
  binaryDouble,
  binarySingle,
  clampGradientDouble,
  clampGradientSingle,
  scaleDouble,
  scaleSingle,
} from './arithmetic';
export { convolveDouble, convolveGradientDouble, convolveGradientSingle, convolveSingle } from './convolution';
export { finishDouble, finishSingle, unaryDouble, unarySingle } from './elementwise';
export {
  realiseDouble,
  realiseGradientDouble,
  realiseGradientSingle,
  realiseSingle,
  scaleMomentsDouble,
  scaleMomentsGradientDouble,
  scaleMomentsGradientSingle,
  scaleMomentsSingle,
  technologicalLossDouble,
  technologicalLossSingle,
} from './gaussian';
export { quantiseDouble, quantiseSingle, tabulateDouble, tabulateSingle, tile } from './levels';
export { patchesDouble, patchesSingle } from './patches';
export { room } from './places';
export { poolDouble, poolGradientDouble, poolGradientSingle, poolSingle } from './pool';
export { productDouble, productSingle, roundToBf16 } from './product';
export { fillDouble, fillSingle, noiseDouble, noiseSingle } from './random';
export {
  addRowsDouble,
  addRowsSingle,
  dotDouble,
  dotSingle,
  rangeDouble,
  rangeSingle,
  settleDouble,
  settleSingle,
  sumDouble,
  sumSingle,
} from './reduce';
export { fillAtDouble, fillAtSingle, fillRowsDouble, fillRowsSingle, spreadDouble, spreadSingle } from './rows';
export { slicedTile } from './sliced';
export { softmaxDouble, softmaxSingle } from './softmax';
export { starMesh } from './star-mesh';
export { setWindows } from './windows';
