import { rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Checkpoint, InputError } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors } from '../data/index.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/** Where work under way keeps its place: a safetensors file, taken up only by work that makes the same result. */
export class FileCheckpoint implements Checkpoint {
  readonly #file: string;
  /** Address of what is being made. */
  readonly #of: string;

  constructor(file: string, of: string) {
    this.#file = file;
    this.#of = of;
  }

  get name(): string {
    return relative('', this.#file);
  }

  async load(): Promise<Uint8Array | undefined> {
    const bytes = await readIfThere(this.#file);
    if (!bytes) return undefined;
    try {
      return decodeSafetensors(bytes, this.#file).metadata.of === this.#of ? bytes : undefined;
    } catch {
      throw new InputError({
        file: this.name,
        path: [],
        rule: 'is no whole checkpoint',
        hint: 'delete it to begin anew',
      });
    }
  }

  async save(bytes: Uint8Array): Promise<void> {
    const { tensors, metadata } = decodeSafetensors(bytes, this.#file);
    await writeWhole(this.#file, encodeSafetensors(tensors, { ...metadata, of: this.#of }));
  }

  /** The work is done: its place is no longer needed. */
  done(): Promise<void> {
    return rm(this.#file, { force: true });
  }
}
