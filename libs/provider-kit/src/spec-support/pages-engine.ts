import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine.ts';
import type { PageNote, PageReading } from '../page-reading.ts';
import { sideBySide } from '../side-by-side.ts';

/** What happens to a page: in which call for it, counted from 1, and what is noted of it. */
export interface PageTurn {
  readonly number: number;
  readonly call: number;
  readonly signal: AbortSignal;
  readonly note: PageNote;
}
/** Resolves with the page's text, or with more of its reading. */
export type ActOnPage = (turn: PageTurn) => Promise<string | Partial<PageReading>>;

/** A document of so many pages, for the engine below. */
export const bookOf = (pages: number, name = 'book'): string => `${name} ${pages}`;

/** An engine that reads books page by page; `calls` are the pages that it was asked for, in order. */
export function pagesEngine(act: ActOnPage = async ({ number }) => `page ${number}`, width = 1) {
  const calls: number[] = [];
  const engine: Engine = {
    async recognise({ bytes }, { signal, opened, ofPages, pageRead, pageFailed, note, call }) {
      const count = Number(new TextDecoder().decode(bytes).split(' ')[1]);
      await sideBySide(opened(count), width, async (number) => {
        calls.push(number);
        const turn = calls.filter((other) => other === number).length;
        try {
          const read = async (): Promise<PageReading> => {
            const said = await act({ number, call: turn, signal, note: note(number) });
            const what = typeof said === 'string' ? { lines: [{ text: said }] } : said;
            return { lines: [], model: 'pages-1', ...what };
          };
          const reading = await ofPages([number], () => call(read));
          pageRead(number, reading);
        } catch (error) {
          signal.throwIfAborted();
          pageFailed(number, error);
        }
        // A turn of the event loop, as any call takes.
        await sleep(0);
      });
      return null;
    },
  };
  return { engine, calls };
}

/** Stops at a page until it is told to go on. */
export function stoppingAt(page: number, act: ActOnPage = async ({ number }) => `page ${number}`) {
  const there = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const stopping: ActOnPage = async (turn) => {
    if (turn.number === page && turn.call === 1) {
      there.resolve();
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      turn.signal.addEventListener('abort', () => reject(turn.signal.reason), { once: true });
      await Promise.race([goOn.promise, aborted]);
    }
    return act(turn);
  };
  return { act: stopping, there: there.promise, goOn: goOn.resolve };
}
