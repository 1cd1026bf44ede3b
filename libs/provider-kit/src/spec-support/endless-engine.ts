import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateEngine } from '../engine.ts';

/** A memory of WebAssembly that threads share. */
export interface PulseMemory {
  readonly buffer: SharedArrayBuffer;
}
/** What is used of it here: TypeScript has its types among those of browsers. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => PulseMemory;
  instantiate(
    code: Uint8Array,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: { readonly f: () => void } } }>;
};

/**
 * Counts up the first number of the memory for ever: (loop (i32.store 0 (i32.add (i32.load 0) 1)) (br 0)), in the
 * WebAssembly binary format 1.
 */
const forever = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00], // type: () -> ()
  ...[0x02, 0x09, 0x01, 0x01, 0x6d, 0x01, 0x6d, 0x02, 0x03, 0x01, 0x01], // import m.m, a shared memory
  ...[0x03, 0x02, 0x01, 0x00], // function 0
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // export f
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x03, 0x40], // code: loop
  ...[0x41, 0x00, 0x41, 0x00, 0x28, 0x02, 0x00, 0x41, 0x01, 0x6a, 0x36, 0x02, 0x00],
  ...[0x0c, 0x00, 0x0b, 0x0b],
]);

/** A memory that shows in other threads whether the engine works: its first number changes all the time then. */
export const pulseMemory = (): PulseMemory =>
  new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

const PAGES: Readonly<Record<string, number>> = { pages: 5, book: 12 };

/**
 * A worker engine that never ends with a document that says `loop`, `wasm` or `await`, whatever its signal says; ends
 * `heed` with its signal; takes 400 ms for each page of `pages`, which has five, and of `book`, which has twelve; and
 * reads all else at once.
 */
export const createEngine: CreateEngine<PulseMemory> = async (memory) => {
  const pulse = new Int32Array(memory.buffer);
  const beat = () => Atomics.add(pulse, 0, 1);
  return {
    async recognise({ bytes }, { signal, alive }) {
      const text = new TextDecoder().decode(bytes);
      if (text === 'loop') for (;;) beat();
      if (text === 'wasm') {
        const { instance } = await WebAssembly.instantiate(forever, { m: { m: memory } });
        instance.exports.f();
      }
      if (text === 'await') for (;;) await sleep(1).then(beat);
      if (text === 'heed') for (;;) await sleep(1, undefined, { signal }).then(beat);
      for (let page = 0; page < (PAGES[text] ?? 0); page++) {
        await sleep(400);
        alive();
      }
      const line = { text, confidence: 0.9, box: [0, 0, 10, 10] as [number, number, number, number] };
      return { pages: [{ width: 10, height: 10, rotation: 0, lines: [line] }], model: 'endless-1' };
    },
  };
};
