import { chosen, register } from '../../base/index.ts';
import type { TransferMethod } from '../method.ts';
import { deterministic } from './deterministic.ts';
import { joint } from './joint.ts';
import { meanField } from './mean-field.ts';
import { marginal, mixture } from './mixture.ts';
import { threshold } from './threshold.ts';

/** Every way to turn a posterior into a plan. */
export const transferMethods = {
  joint,
  mixture,
  marginal,
  'mean-field': meanField,
  deterministic,
  threshold,
} as const satisfies Record<string, TransferMethod>;

/** The method that options name. */
export const transferMethodOf = ({ method }: { readonly method: string }): TransferMethod =>
  chosen(transferMethods, method);

/** Adds a method of the user's own. */
export const registerTransferMethod = (method: TransferMethod): void =>
  register<TransferMethod>(transferMethods, method, ['summary', 'schema', 'cite', 'assign']);
