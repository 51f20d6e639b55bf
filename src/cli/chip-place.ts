import { basename, dirname } from 'node:path';
import { insist } from '../base/index.ts';

/** The run directory and number of a chip, by the path of its file. */
export function chipPlace(
  path: string | undefined,
  named: string,
): { readonly directory: string; readonly chip: number; readonly name: string } {
  const name = basename(path ?? '', '.safetensors');
  const number = /^chip-(\d{2,})$/.exec(name)?.[1];
  const folder = dirname(path ?? '');
  insist(path?.endsWith('.safetensors') && number !== undefined && basename(folder) === 'chips', {
    path: [named],
    rule: 'must be the place of a chip in a run directory',
    ...(path !== undefined && { value: path }),
    hint: 'such as RUN/chips/chip-00.safetensors',
  });
  return { directory: dirname(folder), chip: Number(number), name };
}
