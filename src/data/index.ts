export { type CatalogueEntry, type CatalogueFile, catalogue } from './catalogue.ts';
export { type Corruption, corrupted, corruptions } from './corruption.ts';
export type { Dataset, Split, Standardisation, Task } from './dataset.ts';
export { absentClasses, type DatasetDescription, describeDataset, type Trained } from './describe.ts';
export {
  type ArrayData,
  type ByteRanges,
  type Column,
  type DeclaredArray,
  decodeBits,
  decodeNpy,
  decodeNpz,
  decodeParquet,
  decodeSafetensors,
  decodeTar,
  doublesOf,
  type Entries,
  encodeCsv,
  encodeNpy,
  encodeNpz,
  encodeParquet,
  encodeSafetensors,
  gunzipped,
  type NdArray,
  NpzFile,
  ndArray,
  OnnxGraph,
  type Safetensors,
  type Table,
  type TableSource,
  type WriteAt,
} from './formats/index.ts';
export { guessTable, type TableGuess } from './guess.ts';
export {
  type Assignment,
  type DeclaredNorms,
  type DecodeOptions,
  decodeForeign,
  type ExportedValues,
  exportTensors,
  type FitOptions,
  type FittedPosterior,
  fitForeign,
  foreignFormats,
  type Layout,
  layouts,
  moduleNumbers,
  type NamedBytes,
  type WantedLayer,
} from './import/index.ts';
export { loadDataset } from './load.ts';
export { rowsOf, sampleRows } from './sample-rows.ts';
export type { Files, Source } from './source.ts';
export { type DataOptions, dataSchema, sources } from './sources/index.ts';
