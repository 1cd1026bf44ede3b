/** Chunks smaller than this are copied together: each has an overhead of some hundred bytes, and may hold more. */
const SMALL_BYTES = 16 * 1024;
const BLOCK_BYTES = 64 * 1024;

/** Chunks of a body that are sent together. */
export class Gathered {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** What is left of the block that small chunks are copied to. */
  #room: Uint8Array = new Uint8Array();

  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#bytes += chunk.byteLength;
    if (chunk.byteLength >= SMALL_BYTES || this.#chunks.length === 0) {
      this.#chunks.push(chunk);
      this.#room = new Uint8Array();
      return;
    }
    this.#copy(chunk);
  }

  /** Releases the chunks, which a leftover reference to this would keep in memory. */
  clear(): void {
    this.#chunks.length = 0;
    this.#room = new Uint8Array();
    this.#bytes = 0;
  }

  #copy(chunk: Uint8Array): void {
    const last = this.#chunks.at(-1);
    if (last && this.#room.byteLength >= chunk.byteLength) {
      this.#room.set(chunk);
      this.#chunks[this.#chunks.length - 1] = Buffer.from(
        last.buffer,
        last.byteOffset,
        last.byteLength + chunk.byteLength,
      );
      this.#room = this.#room.subarray(chunk.byteLength);
      return;
    }
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    block.set(chunk);
    this.#chunks.push(block.subarray(0, chunk.byteLength));
    this.#room = block.subarray(chunk.byteLength);
  }
}
