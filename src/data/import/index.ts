export { exportTensors, type OwnTensor } from './export.ts';
export { type Assignment, type FitOptions, type FittedPosterior, fitForeign, type WantedTensor } from './fit.ts';
export { decodeForeign, foreignFormats, type NamedBytes } from './foreign.ts';
export type { ForeignPosterior, PosteriorTensor } from './tensors.ts';
