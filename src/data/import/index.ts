export { type ExportedValues, exportTensors } from './export.ts';
export { type Assignment, type FitOptions, type FittedPosterior, fitForeign } from './fit.ts';
export { type DecodeOptions, decodeForeign, foreignFormats, type NamedBytes } from './foreign.ts';
export type { FittedTensor } from './join.ts';
export { type Layout, layouts, type WantedLayer, type WantedTensor } from './layout.ts';
export { moduleNumbers } from './module-numbers.ts';
export type { DeclaredNorms } from './pair-norms.ts';
export type { ForeignPosterior, PosteriorTensor } from './tensors.ts';
