import { insist } from '../base/index.ts';
import type { Device, Procedure } from './device.ts';

/** How a device is programmed where nothing is said: by the procedure that its statistics are of, else by one step. */
export const ownProcedure = ({ programming }: Device): Procedure => ({ kind: programming.procedure ?? 'single-pulse' });

/** Refuses a procedure of which the device's measurements say nothing. */
export function checkProcedure({ name, programming }: Device, { kind }: Procedure): void {
  const { procedure } = programming;
  insist(procedure === undefined || kind === procedure, {
    path: ['programming'],
    rule: `${name} was measured after ${procedure}, which says nothing of ${kind}`,
    hint: `set programming to { kind: ${procedure} }; its tolerance and steps are those of the measurement`,
  });
}
