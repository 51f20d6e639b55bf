// The kernels in WebAssembly, written in AssemblyScript: all that the module exports. It has no object and no collector;
// pointers are bytes of its one memory.

export { finishDouble, finishSingle, unaryDouble, unarySingle } from './elementwise';
export { room } from './places';
export { productDouble, productSingle, roundToBf16 } from './product';
export { fillDouble, fillSingle, noiseDouble, noiseSingle } from './random';
export { fillAtDouble, fillAtSingle, fillRowsDouble, fillRowsSingle, spreadDouble, spreadSingle } from './rows';
