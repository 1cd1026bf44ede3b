import { Buffer } from 'node:buffer';

/** Longer heads of parts are passed on as they are, for the parser to refuse. */
const MAX_HEAD_BYTES = 16_384;
const LINE_END = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** What is called ISO 8859-1 is read as its superset (WHATWG Encoding, 4.2): C1 controls are in no file name. */
const latin1 = new TextDecoder('windows-1252');

/** Quoted strings as a whole, so that nothing in them is taken for a parameter; one that never ends goes to the end. */
const QUOTED = /(filename\*[ \t]*=[ \t]*)"([^"\\\r\n]*)"|"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)/gi;

function textOf(head: Buffer): string {
  try {
    return utf8.decode(head);
  } catch {
    return latin1.decode(head);
  }
}

/** A part's head as the parser reads it: in UTF-8 (RFC 7578, 5.1), and without the quotes that some put round `filename*`. */
const readable = (head: Buffer): Buffer =>
  Buffer.from(
    textOf(head).replace(QUOTED, (all, parameter?: string, value?: string) =>
      parameter === undefined ? all : `${parameter}${value}`,
    ),
  );

/** The boundary of a multipart body, by the content type of its request. */
export function boundaryOf(contentType: string): string | null {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\\]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  return quoted ?? plain ?? null;
}

/** How many last bytes may be the start of a needle that begins with a carriage return. */
function tailOf(data: Buffer, needle: Buffer): number {
  const from = Math.max(0, data.length - needle.length + 1);
  const at = data.indexOf('\r', from);
  return at === -1 ? data.length : at;
}

/** Rewrites the heads of the parts of one multipart body, chunk by chunk, and leaves their content as it is. */
export class PartHeaders {
  readonly #delimiter: Buffer;
  /** Not passed on yet. The first delimiter may do without the line end before it. */
  #held: Buffer = LINE_END;
  #first = true;
  #inHead = false;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** What can be passed on with this chunk, possibly nothing. */
  push(chunk: Buffer): Buffer {
    const passed: Buffer[] = [];
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let next = this.#next(); next; next = this.#next()) passed.push(next);
    return this.#pass(passed);
  }

  /** What is left at the end of the body. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return this.#pass([rest]);
  }

  #pass(passed: readonly Buffer[]): Buffer {
    const [only] = passed;
    const all = only && passed.length === 1 ? only : Buffer.concat(passed);
    if (!this.#first || all.length < LINE_END.length) return all;
    this.#first = false;
    return all.subarray(LINE_END.length);
  }

  #next(): Buffer | null {
    return this.#inHead ? this.#head() : this.#content();
  }

  #take(bytes: number): Buffer | null {
    if (bytes === 0) return null;
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  /** Up to a head, or as far as none begins. */
  #content(): Buffer | null {
    const at = this.#held.indexOf(this.#delimiter);
    if (at === -1) return this.#take(tailOf(this.#held, this.#delimiter));
    const end = at + this.#delimiter.length;
    const after = this.#held.subarray(end, end + LINE_END.length);
    if (after.length < LINE_END.length) return this.#take(at);
    this.#inHead = after.equals(LINE_END);
    return this.#take(this.#inHead ? end + LINE_END.length : end);
  }

  /** A whole head. The line end after it may be the one before the next delimiter. */
  #head(): Buffer | null {
    const end = this.#held.indexOf(HEAD_END);
    if (end === -1 && this.#held.length <= MAX_HEAD_BYTES) return null;
    this.#inHead = false;
    if (end === -1) return this.#take(this.#held.length);
    const head = this.#take(end + LINE_END.length);
    return head && readable(head);
  }
}
