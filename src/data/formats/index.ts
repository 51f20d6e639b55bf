export { type ArrayData, type DType, doublesOf, elements, type NdArray, ndArray } from './arrays.ts';
export { type CsvRows, decodeCsv } from './csv-reader.ts';
export { encodeCsv } from './csv-writer.ts';
export { decodeIdx } from './idx.ts';
export { decodeNpy, encodeNpy } from './npy.ts';
export { decodeNpz, encodeNpz } from './npz.ts';
export { type Column, decodeParquet, encodeParquet, type Table, type TableFile } from './parquet.ts';
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.ts';
