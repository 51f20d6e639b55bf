import { chosen } from '../../base/index.ts';
import type { TransferMethod } from '../method.ts';
import { deterministic } from './deterministic.ts';
import { joint } from './joint.ts';
import { meanField } from './mean-field.ts';
import { marginal, mixture } from './mixture.ts';

/** Every way to turn a posterior into a plan. */
export const transferMethods = {
  joint,
  mixture,
  marginal,
  'mean-field': meanField,
  deterministic,
} as const satisfies Record<string, TransferMethod>;

/** The method that options name. */
export const transferMethodOf = ({ method }: { readonly method: string }): TransferMethod =>
  chosen(transferMethods, method);
