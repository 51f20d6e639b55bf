export { fillNormal, fillUniform, fold, type Key, keyOf, permutation, split } from './key.ts';
export { type Stream, streamOf } from './stream.ts';
