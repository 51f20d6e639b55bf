export { type Corruption, corrupted, corruptions } from './corruption.ts';
export type { Dataset, Split, Standardisation, Task } from './dataset.ts';
export { type DatasetDescription, describeDataset } from './describe.ts';
export {
  type CatalogueEntry,
  type CatalogueFile,
  catalogue,
  type Fetch,
  fetchData,
  fetchEntry,
} from './fetch/index.ts';
export { nodeFiles } from './files.ts';
export {
  type ArrayData,
  type Column,
  type ColumnSource,
  type DType,
  decodeNpy,
  decodeNpz,
  decodeParquet,
  decodeSafetensors,
  doublesOf,
  type Entries,
  elements,
  encodeCsv,
  encodeNpy,
  encodeNpz,
  encodeParquet,
  encodeSafetensors,
  type NdArray,
  ndArray,
  type OnnxAttribute,
  type OnnxEnds,
  OnnxGraph,
  type Safetensors,
  type Table,
  type TableFile,
  type TableSource,
} from './formats/index.ts';
export {
  type Assignment,
  type DeclaredScale,
  type DecodeOptions,
  decodeForeign,
  type ExportedValues,
  exportTensors,
  type FitOptions,
  type FittedPosterior,
  type FittedTensor,
  type ForeignPosterior,
  fitForeign,
  foreignFormats,
  type Layout,
  layouts,
  type NamedBytes,
  type PosteriorTensor,
  type WantedLayer,
  type WantedTensor,
} from './import/index.ts';
export { loadDataset } from './load.ts';
export { rowsOf, sampleRows } from './sample-rows.ts';
export type { Files, Source } from './source.ts';
export { type DataOptions, dataSchema, sources } from './sources/index.ts';
