import type { Floats } from '../kernels/index.ts';

/** `f32` for training by minibatches, `f64` where exactness counts (samplers, checks). */
export type Precision = 'f32' | 'f64';

/** An array in a computation. `value` and `gradient` are row-major and of one precision per tape. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly size: number;
  readonly value: Floats;
  /** d loss / d value after `Tape.backward`; null where no parameter lies upstream. */
  readonly gradient: Floats | null;
}

/**
 * Reverse-mode differentiation by a recorded list of operations.
 *
 * An operation computes at once and is recorded, so a computation is written once and then repeated: change the
 * arrays of the leaves in place, call `forward()` to compute everything again and `backward(loss)` for the gradients.
 * Neither allocates. `reset()` forgets the operations and keeps their arrays for the next computation.
 */
export class Tape {
  readonly precision: Precision;
  readonly #forward: (() => void)[] = [];
  readonly #backward: (() => void)[] = [];
  readonly #gradients: Floats[] = [];
  readonly #used: Floats[] = [];
  readonly #free = new Map<number, Floats[]>();

  constructor(precision: Precision = 'f32') {
    this.precision = precision;
  }

  /** An array that belongs to the tape until `reset`; its contents are arbitrary. */
  array(size: number): Floats {
    const array =
      this.#free.get(size)?.pop() ?? (this.precision === 'f32' ? new Float32Array(size) : new Float64Array(size));
    this.#used.push(array);
    return array;
  }

  /** A leaf without gradient that reads `value`, an array of the tape's precision that the caller may change between runs. */
  constant(shape: readonly number[], value: Floats): Tensor {
    this.#check(shape, value);
    return { shape, size: value.length, value, gradient: null };
  }

  /** A leaf with gradient. `value` and `gradient` are the caller's arrays; `backward` overwrites the latter. */
  parameter(shape: readonly number[], value: Floats, gradient: Floats = this.array(value.length)): Tensor {
    this.#check(shape, value);
    this.#check(shape, gradient);
    this.#gradients.push(gradient);
    return { shape, size: value.length, value, gradient };
  }

  /**
   * Records an operation. `forward` overwrites `out`; `backward` adds to the gradients of the inputs, given the output
   * and its gradient, and is only called where some input has one.
   */
  operation(
    shape: readonly number[],
    inputs: readonly Tensor[],
    forward: (out: Floats) => void,
    backward: (gradient: Floats, out: Floats) => void,
  ): Tensor {
    const size = sizeOf(shape);
    const value = this.array(size);
    const gradient = inputs.some(input => input.gradient !== null) ? this.array(size) : null;
    const run = () => forward(value);
    this.#forward.push(run);
    if (gradient) {
      this.#gradients.push(gradient);
      this.#backward.push(() => backward(gradient, value));
    }
    run();
    return { shape, size, value, gradient };
  }

  /** Runs `action` now and, at this place of the order, in every later `forward()`: refills noise, masks, batches. */
  effect(action: () => void): void {
    this.#forward.push(action);
    action();
  }

  /** Computes everything again from the present contents of the leaves. */
  forward(): void {
    for (let i = 0; i < this.#forward.length; i++) this.#forward[i]!();
  }

  /** Gradients of `loss`, a tensor of one entry, with respect to all parameters; earlier gradients are overwritten. */
  backward(loss: Tensor): void {
    if (loss.size !== 1) throw new Error(`internal: backward needs a single number, got shape [${loss.shape}].`);
    for (let i = 0; i < this.#gradients.length; i++) this.#gradients[i]!.fill(0);
    if (!loss.gradient) return;
    loss.gradient[0] = 1;
    for (let i = this.#backward.length - 1; i >= 0; i--) this.#backward[i]!();
  }

  /** Forgets all operations; tensors made so far must not be used any more. */
  reset(): void {
    for (const array of this.#used) {
      const stack = this.#free.get(array.length);
      if (stack) stack.push(array);
      else this.#free.set(array.length, [array]);
    }
    this.#used.length = 0;
    this.#forward.length = 0;
    this.#backward.length = 0;
    this.#gradients.length = 0;
  }

  #check(shape: readonly number[], value: Floats): void {
    if (value instanceof Float32Array !== (this.precision === 'f32')) {
      throw new Error(`internal: a tape of ${this.precision} was given a ${value.constructor.name}.`);
    }
    if (sizeOf(shape) !== value.length) {
      throw new Error(`internal: shape [${shape}] does not hold ${value.length} numbers.`);
    }
  }
}

/** Number of entries of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}
