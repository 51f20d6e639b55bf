export { type ArrayData, type DType, doublesOf, elements, type NdArray, ndArray } from './arrays.ts';
export { type BitColumns, decodeBits } from './bits.ts';
export { decodeCifar } from './cifar.ts';
export { encodeCsv } from './csv-writer.ts';
export { gunzipped } from './gzip.ts';
export { decodeIdx } from './idx.ts';
export { decodeNpy, encodeNpy, type TextArray } from './npy.ts';
export { decodeNpz, encodeNpz } from './npz.ts';
export { type ByteRanges, openNpz, type StoredArray } from './npz-reader.ts';
export { type DeclaredArray, NpzFile, NpzWriter, type WriteAt } from './npz-writer.ts';
export { type OnnxAttribute, type OnnxEnds, OnnxGraph } from './onnx.ts';
export {
  type Column,
  type ColumnSource,
  decodeParquet,
  type Entries,
  encodeParquet,
  type Table,
  type TableFile,
  type TableSource,
} from './parquet.ts';
export { pickled } from './pickle.ts';
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.ts';
export { decodeTar } from './tar.ts';
export { decodeTextTable, type TextTable } from './text-table.ts';
export { decodeWfdbHeader, decodeWfdbSignals, type WfdbHeader, type WfdbSignal } from './wfdb.ts';
export { beatSymbols, decodeWfdbAnnotations, type WfdbAnnotation } from './wfdb-annotations.ts';
