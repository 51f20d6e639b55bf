import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { cannotWrite, InputError } from '../base/index.ts';
import type { Checkpoint } from '../bayes/index.ts';
import { decodeSafetensors, encodeSafetensors, ndArray } from '../data/index.ts';

/** Losses seen while training, at their steps, and the part of the training that each is of; null for the method itself. */
export interface LearningCurve {
  readonly step: number[];
  readonly loss: number[];
  readonly part: (string | null)[];
}

/** Where a training under way keeps its place: beside the run's files, taken up only by a run with the same inputs. */
export class TrainingPlace implements Checkpoint {
  readonly curve: LearningCurve = { step: [], loss: [], part: [] };
  readonly file: string;
  readonly inputs: string;

  constructor(file: string, inputs: string) {
    this.file = file;
    this.inputs = inputs;
  }

  get name(): string {
    return relative('', this.file);
  }

  load(): ReturnType<Checkpoint['load']> {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.file);
    } catch {
      return null;
    }
    try {
      const { tensors, metadata } = decodeSafetensors(bytes, this.file);
      if (metadata.inputs !== this.inputs) return null;
      const { step, loss, part } = JSON.parse(metadata.curve!) as LearningCurve;
      this.curve.step.push(...step);
      this.curve.loss.push(...loss);
      this.curve.part.push(...part);
      const arrays = Object.fromEntries(
        Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array | Float64Array]),
      );
      const numbers = JSON.parse(metadata.numbers!) as Record<string, string>;
      return {
        step: Number(metadata.step),
        snapshot: { arrays, numbers: Object.fromEntries(Object.entries(numbers).map(([k, v]) => [k, Number(v)])) },
      };
    } catch {
      throw new InputError(`${this.file}: is no whole checkpoint; delete it to train from the beginning.`);
    }
  }

  save(step: number, { arrays, numbers }: Parameters<Checkpoint['save']>[1]): void {
    const tensors = Object.fromEntries(
      Object.entries(arrays).map(([name, data]) => [name, ndArray([data.length], data)]),
    );
    const texts = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));
    const bytes = encodeSafetensors(tensors, {
      format: 'posterohm-checkpoint',
      inputs: this.inputs,
      step: String(step),
      numbers: JSON.stringify(texts),
      curve: JSON.stringify(this.curve),
    });
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      writeFileSync(temporary, bytes);
      renameSync(temporary, this.file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw cannotWrite(this.file, error);
    }
  }

  readonly note = (step: number, loss: number, part?: string): void => {
    this.curve.step.push(step);
    this.curve.loss.push(loss);
    this.curve.part.push(part ?? null);
  };

  /** The place of one of several chains, in a file of its own. */
  part(index: number): TrainingPlace {
    return new TrainingPlace(this.file.replace(/(\.\w+)$/, `-${index}$1`), this.inputs);
  }

  /** Training is done: the place is no longer needed. */
  done(): void {
    rmSync(this.file, { force: true });
  }
}
