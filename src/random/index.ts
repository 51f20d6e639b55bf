export { logGamma, upperGamma } from './gamma.ts';
export { fillNormal, fillUniform, fold, type Key, keyOf, permutation, split } from './key.ts';
export { normalCdf } from './normal-cdf.ts';
export { normalQuantile } from './normal-quantile.ts';
export { fillNormalAt, fillNormalRows, fillUniformAt, fillUniformRows } from './rows.ts';
export { type Stream, streamOf } from './stream.ts';
export { studentCdf, studentQuantile } from './student.ts';
