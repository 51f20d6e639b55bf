import type { Checkpoint } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors, ndArray } from '../data/index.ts';
import { nameOf, saveInterval, wholeOr } from './snapshot-file.ts';

const format = 'posterohm-checkpoint-parts';

/**
 * One checkpoint for several pieces of work that go on side by side, each with a place of its own. It is written when
 * one of them saves, at most every five seconds, and by `flush`.
 */
export class CheckpointParts {
  readonly #whole: Checkpoint;
  readonly #parts: (Uint8Array | undefined)[];
  #writing: Promise<void> = Promise.resolve();
  #writtenAt = performance.now();
  #isStale = false;

  private constructor(whole: Checkpoint, parts: (Uint8Array | undefined)[]) {
    this.#whole = whole;
    this.#parts = parts;
  }

  static async load(whole: Checkpoint, count: number): Promise<CheckpointParts> {
    const bytes = await whole.load();
    const tensors = bytes
      ? wholeOr(nameOf(whole), () => {
          const { tensors, metadata } = decodeSafetensors(bytes, nameOf(whole));
          if (metadata.format !== format) throw new Error('another format');
          return tensors;
        })
      : {};
    const partOf = (index: number) => tensors[index]?.data as Uint8Array | undefined;
    return new CheckpointParts(
      whole,
      Array.from({ length: count }, (_, index) => partOf(index)),
    );
  }

  part(index: number): Checkpoint {
    return {
      name: this.#whole.name,
      load: async () => this.#parts[index],
      save: async bytes => {
        this.#parts[index] = bytes;
        this.#isStale = true;
        if (performance.now() - this.#writtenAt > saveInterval / 2) await this.flush();
      },
    };
  }

  /** Writes what was saved since it was last written. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#isStale) return;
      this.#isStale = false;
      this.#writtenAt = performance.now();
      const saved = this.#parts.flatMap((bytes, i) =>
        bytes ? [[`${i}`, ndArray([bytes.length], bytes)] as const] : [],
      );
      await this.#whole.save(encodeSafetensors(Object.fromEntries(saved), { format }));
    });
    return this.#writing;
  }
}
