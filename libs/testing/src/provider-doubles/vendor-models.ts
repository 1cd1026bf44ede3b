/** The models that a vendor has, as its list has them now. A test retires them, and says when they end. */
export class VendorModels {
  readonly #served: Readonly<Record<string, string>>;
  readonly #retired = new Set<string>();
  readonly #ends = new Map<string, string>();

  /** By the name that clients send: the name under which each answers. */
  constructor(served: Readonly<Record<string, string>> = {}) {
    this.#served = served;
  }

  /** The vendor has it no more. */
  retire(name: string): void {
    this.#retired.add(name);
  }

  /** The vendor has it again. */
  restore(name: string): void {
    this.#retired.delete(name);
  }

  /** The vendor says that it is shut down on that day, ISO 8601. */
  end(name: string, day: string): void {
    this.#ends.set(name, day);
  }

  get names(): readonly string[] {
    return Object.keys(this.#served).filter((name) => !this.#retired.has(name));
  }

  /** The name under which it answers; undefined if the vendor does not have it. */
  servedAs(name: string): string | undefined {
    return this.names.includes(name) ? this.#served[name] : undefined;
  }

  /** The day on which it is shut down; null if the vendor says nothing. */
  endOf(name: string): string | null {
    return this.#ends.get(name) ?? null;
  }
}
