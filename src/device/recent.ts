/** What belongs to an owner, such as a table to its device, made once for each of the names that were asked for last. */
export class Recent<Owner extends object, Name, T> {
  readonly #most: number;
  readonly #kept = new WeakMap<Owner, Map<Name, T>>();

  /** `most`: names that are kept of an owner. */
  constructor(most: number) {
    this.#most = most;
  }

  get(owner: Owner, name: Name, make: () => T): T {
    const kept = this.#kept.get(owner) ?? new Map<Name, T>();
    this.#kept.set(owner, kept);
    const found = kept.get(name) ?? make();
    kept.delete(name);
    kept.set(name, found);
    if (kept.size > this.#most) kept.delete(kept.keys().next().value!);
    return found;
  }
}
