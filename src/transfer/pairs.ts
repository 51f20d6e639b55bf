import { InputError } from '../base/index.ts';

/** Methods that reckon with the spread of a differential pair cannot do so for other mappings. */
export function requirePairs(method: string, mapping: string): void {
  if (mapping === 'differential') return;
  throw new InputError(
    `transfer.method: '${method}' needs hardware.mapping 'differential', whose spread it reckons with, got '${mapping}'; use 'joint' or 'deterministic'.`,
  );
}
