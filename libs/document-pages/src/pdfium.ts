import { PDFiumLibrary, PDFiumModule } from '@hyzyla/pdfium';
import { DocumentError } from './document-error.ts';

/** The part of a WebAssembly.Memory that is used; pages are 64 KiB. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const pageBytes = 65_536;
const mebibyte = 1_048_576;
/** A file whose pictures unpack to more is refused; an A3 page in colour at 600 dots an inch takes 200 MiB. */
const maxMemory = 512 * mebibyte;
/** WebAssembly gives no memory back: an instance that has grown further is replaced after its document. */
const keptMemory = 128 * mebibyte;

/** An instance of PDFium in WebAssembly, with bounded memory. */
export class Pdfium {
  readonly #library: PDFiumLibrary;
  readonly #memory: Memory;
  #exhausted = false;
  #broken = false;

  static async load(): Promise<Pdfium> {
    // What goes wrong is told by errors, not on the standard error output.
    const quiet: Parameters<typeof PDFiumModule>[0] & { printErr(): void } = { printErr() {} };
    const loaded = await PDFiumModule(quiet);
    const library = await PDFiumLibrary.initBase({ vendor: async () => loaded });
    const { memory } = loaded.wasmExports as typeof loaded.wasmExports & { memory: Memory };
    return new Pdfium(library, memory);
  }

  private constructor(library: PDFiumLibrary, memory: Memory) {
    this.#library = library;
    this.#memory = memory;
    const grow = memory.grow.bind(memory);
    // Asked for a fifth more than is needed, so that the limit sets in a little early.
    memory.grow = (pages) => {
      this.#exhausted ||= memory.buffer.byteLength + pages * pageBytes > maxMemory;
      if (this.#exhausted) throw new RangeError('PDFium has used up its memory');
      return grow(pages);
    };
  }

  /** Whether calls into it are safe: after a trap or a lack of memory they are not. */
  get usable(): boolean {
    return !this.#broken && !this.#exhausted;
  }

  /** Whether it may serve another document. */
  get reusable(): boolean {
    return this.usable && this.#memory.buffer.byteLength <= keptMemory;
  }

  /** @throws DocumentError `document_too_large` where the calls need too much memory, whatever they say of it. */
  async run<T>(calls: (library: PDFiumLibrary) => Promise<T>): Promise<T> {
    try {
      const result = await calls(this.#library);
      if (!this.#exhausted) return result;
    } catch (error) {
      // What a trap leaves behind in memory is in doubt.
      this.#broken ||= error instanceof Error && error.name === 'RuntimeError';
      if (!this.#exhausted) throw error;
    }
    throw new DocumentError('document_too_large', 'The PDF takes too much memory');
  }
}

/** The thread's instance: one for each document would cost 40 ms and, in V8, 0.1 MB that is never given back. */
let current: Promise<Pdfium> | undefined;

/** PDFium, loaded by the first document that needs it, and anew once it is worn out. */
export async function pdfium(): Promise<Pdfium> {
  const loaded = await current;
  if (loaded?.reusable) return loaded;
  current = Pdfium.load();
  return current;
}
