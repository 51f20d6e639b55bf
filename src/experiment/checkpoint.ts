import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { type Checkpoint, cannotWrite, InputError } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors } from '../data/index.ts';

/** Where a training under way keeps its place: beside the run's files, taken up only by a run with the same inputs. */
export class TrainingPlace implements Checkpoint {
  readonly file: string;
  readonly inputs: string;

  constructor(file: string, inputs: string) {
    this.file = file;
    this.inputs = inputs;
  }

  get name(): string {
    return relative('', this.file);
  }

  async load(): Promise<Uint8Array | undefined> {
    const bytes = await readFile(this.file).catch(() => undefined);
    if (!bytes) return undefined;
    try {
      return decodeSafetensors(bytes, this.file).metadata.inputs === this.inputs ? bytes : undefined;
    } catch {
      throw new InputError(`${this.file}: is no whole checkpoint; delete it to train from the beginning.`);
    }
  }

  /** Writes a safetensors file, with what it belongs to in its metadata. */
  async save(bytes: Uint8Array): Promise<void> {
    const { tensors, metadata } = decodeSafetensors(bytes, this.file);
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(temporary, encodeSafetensors(tensors, { ...metadata, inputs: this.inputs }));
      await rename(temporary, this.file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw cannotWrite(this.file, error);
    }
  }

  /** Training is done: the place is no longer needed. */
  done(): Promise<void> {
    return rm(this.file, { force: true });
  }
}
