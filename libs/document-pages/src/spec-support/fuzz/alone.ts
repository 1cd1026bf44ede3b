import { setTimeout as delay } from 'node:timers/promises';
import { DocumentError, type DocumentErrorCode } from '../../document-error.ts';
import { type DocumentLimits, defaultLimits } from '../../limits.ts';
import type { OpenDocument } from '../../open-document.ts';
import { faultsOf, mostPagesRead, outcomeOf, type Verdict } from './outcome.ts';

/** `openDocument`, or one in its place that does wrong. */
export type Open = (bytes: Uint8Array, limits: Partial<DocumentLimits>) => Promise<Opened>;
type Opened = Pick<OpenDocument, 'pageCount' | 'page' | 'close'>;

/** A machine that is busy starts processes late. */
const startMs = 60_000;

/** Reads a document as services do, in a process of its own, with the limits of production but for those that are given. */
export async function readAlone(
  open: Open,
  bytes: Uint8Array,
  limits: DocumentLimits = defaultLimits,
  slackMs = startMs,
): Promise<Verdict> {
  // A page is opened anew after one that failed.
  const mostMs = slackMs + 2 * (1 + mostPagesRead) * limits.pageTimeoutMs;
  const timer = new AbortController();
  const hang = delay(mostMs, undefined, { signal: timer.signal, ref: false }).then(
    (): Verdict => ({ outcome: 'timeout', faults: [`no end after ${mostMs / 1000} s`] }),
  );
  hang.catch(() => {});
  try {
    return await Promise.race([read(open, bytes, limits), hang]);
  } finally {
    timer.abort();
  }
}

async function read(open: Open, bytes: Uint8Array, limits: DocumentLimits): Promise<Verdict> {
  const codes: DocumentErrorCode[] = [];
  const faults: string[] = [];
  let pages = 0;
  const failed = (error: unknown) => {
    if (error instanceof DocumentError) codes.push(error.code);
    else faults.push(`no DocumentError: ${error instanceof Error ? error.stack : String(error)}`);
  };
  let document: Opened | undefined;
  try {
    document = await open(bytes, limits);
    for (let index = 0; index < Math.min(mostPagesRead, document.pageCount); index++) {
      try {
        faults.push(...faultsOf(await document.page(index), limits));
        pages++;
      } catch (error) {
        failed(error);
      }
    }
  } catch (error) {
    failed(error);
  } finally {
    document?.close();
  }
  return { outcome: outcomeOf(pages, codes), faults };
}
