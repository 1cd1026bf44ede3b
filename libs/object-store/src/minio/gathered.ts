/** Chunks of a body that are sent together. */
export class Gathered {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
  }

  /** Lets go of the chunks, which a reference to this that is left somewhere would hold. */
  clear(): void {
    this.#chunks.length = 0;
    this.#bytes = 0;
  }

  /** In one piece. */
  join(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length > 1 || !first) return Buffer.concat(this.#chunks, this.#bytes);
    return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  }
}
