/**
 * The protocol between a decoder's process and its parent: the lengths of a JSON text and of the bytes that follow
 * it (unsigned 32-bit numbers, little-endian), then both.
 */
export interface Frame {
  readonly head: unknown;
  readonly body: Uint8Array;
}

export const prefixBytes = 8;
/** The longest JSON text of a frame. */
const maxHeadBytes = 4096;

/** The beginning of a frame, whose body follows. */
export function frameStart(head: unknown, bodyBytes = 0): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const start = Buffer.alloc(prefixBytes + text.length);
  start.writeUInt32LE(text.length, 0);
  start.writeUInt32LE(bodyBytes, 4);
  start.set(text, prefixBytes);
  return start;
}

/**
 * Parses the prefix of a frame.
 *
 * @throws RangeError if the frame is longer than is allowed.
 */
export function frameLengths(prefix: Buffer, maxBodyBytes: number): { headBytes: number; bodyBytes: number } {
  const [headBytes, bodyBytes] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
  if (headBytes > maxHeadBytes || bodyBytes > maxBodyBytes) throw new RangeError('The frame is too long');
  return { headBytes, bodyBytes };
}

/** Puts frames together from the chunks of a stream. */
export class FrameReader {
  readonly #maxBodyBytes: number;
  /** Bytes of the current part, and how many of them have come. */
  #part = Buffer.alloc(prefixBytes);
  #filled = 0;
  /** The frame's lengths, once its prefix has come. */
  #lengths: { headBytes: number; bodyBytes: number } | undefined;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * The frames that the chunk completes.
   *
   * @throws RangeError or SyntaxError if the chunk is no part of a frame that is allowed.
   */
  *push(chunk: Buffer): Generator<Frame> {
    for (let used = 0; used < chunk.length; ) {
      const copied = chunk.copy(this.#part, this.#filled, used);
      used += copied;
      this.#filled += copied;
      if (this.#filled < this.#part.length) return;
      const part = this.#part;
      const lengths = this.#lengths;
      this.#lengths = lengths === undefined ? frameLengths(part, this.#maxBodyBytes) : undefined;
      const next = this.#lengths;
      this.#part = Buffer.allocUnsafeSlow(next ? next.headBytes + next.bodyBytes : prefixBytes);
      this.#filled = 0;
      if (lengths !== undefined) {
        const head: unknown = JSON.parse(part.toString('utf8', 0, lengths.headBytes));
        yield { head, body: part.subarray(lengths.headBytes) };
      }
    }
  }
}
