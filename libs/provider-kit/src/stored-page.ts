import {
  costSchema,
  ocrPageSchema,
  type RecognisedReceipt,
  receiptSchema,
  resultWarningSchema,
  usageSchema,
} from '@inkstream/contracts';
import { type ExecutionState, isUnsettled, pageObjects } from '@inkstream/domain';
import type { ObjectStore } from '@inkstream/object-store';
import pMap from 'p-map';
import { z } from 'zod';
import { attemptsBefore, type Request } from './request.ts';

/** Pages that are fetched at once. */
const FETCHED_AT_ONCE = 8;
/** One of another version is read again: no other release has to understand it. */
const VERSION = 1;

/** What is not as this says is not read again from the store. */
const storedPageSchema = z.object({
  schemaVersion: z.literal(VERSION),
  /** Which attempt read it. */
  attempt: z.number().int().positive(),
  /** With its number; with an error and no model if it could not be read. */
  page: ocrPageSchema,
  /** How many pages the document has. */
  pageCount: z.number().int().positive(),
  model: z.string().nullable(),
  receipts: z
    .array(
      z.custom<RecognisedReceipt>(
        (value) => receiptSchema.safeParse({ pages: [1], ...Object(value) }).success,
      ),
    )
    .exactOptional(),
  markdown: z.string().exactOptional(),
  warnings: z.array(resultWarningSchema).exactOptional(),
  usage: usageSchema.exactOptional(),
  cost: costSchema.exactOptional(),
  hasRaw: z.boolean(),
});

/** What an attempt says of a page. */
export const readPageSchema = storedPageSchema.omit({ schemaVersion: true, attempt: true });

/**
 * A page as it is kept until the result of its execution is made: what was read of it, or why it could not be. Plain
 * data, so that it crosses threads whole.
 */
export type ReadPage = z.infer<typeof readPageSchema>;

/** A page as an attempt has left it. */
export type StoredPage = ReadPage & { readonly attempt: number };

/** A page with the vendor's own answer, which its object alone holds. */
export interface PageToStore {
  readonly page: ReadPage;
  readonly raw?: unknown;
}

type Named = Pick<Request, 'uid' | 'executionId' | 'handover'>;

/** Each provider's own: another one's pages are none of it, nor overwritten by one that comes late. */
function folderOf(request: Named): string {
  const after = attemptsBefore(request);
  return `${pageObjects(request.uid, request.executionId)}${after > 0 ? `after-${after}/` : ''}`;
}
export const pageKey = (request: Named, number: number): string => `${folderOf(request)}${number}.json`;
export const noteKey = (request: Named, number: number): string => `${folderOf(request)}${number}.note`;

/** The page as it is stored; without the vendor's answer if that is nested too deep to be written. */
export function encodePage({ page, raw }: PageToStore, attempt: number): Uint8Array {
  const stored = { schemaVersion: VERSION, attempt, ...page };
  try {
    return Buffer.from(JSON.stringify(raw === undefined ? stored : { ...stored, raw }));
  } catch {
    return Buffer.from(JSON.stringify(stored));
  }
}

const textOf = async (objects: ObjectStore, key: string): Promise<string> =>
  Buffer.concat(await Array.fromAsync(await objects.get(key))).toString();

/** The vendor's own answer of a page, as JSON. */
export async function rawOf(objects: ObjectStore, request: Named, number: number): Promise<string> {
  const { raw = null }: { raw?: unknown } = JSON.parse(await textOf(objects, pageKey(request, number)));
  return JSON.stringify(raw);
}

/** The page, or none if it makes no sense. */
function parsePage(text: string): StoredPage[] {
  try {
    const { schemaVersion: _, ...page } = storedPageSchema.parse(JSON.parse(text));
    return [page];
  } catch {
    return [];
  }
}

/** What attempts before have left. */
export interface StoredPages {
  /** In the order of their numbers. */
  readonly pages: readonly StoredPage[];
  readonly notes: ReadonlyMap<number, string>;
}

/** Those of attempts that ended without a word of what they had spent: lost with their worker, or given back by it. */
export const unsettledPages = ({ pages }: StoredPages, state: ExecutionState): readonly StoredPage[] =>
  pages.filter(({ attempt }) => isUnsettled(state, attempt));

export const noPages: StoredPages = { pages: [], notes: new Map() };

/** The pages of an execution that are there, and what is noted of any. Rejects if the store does not answer. */
export async function loadPages(objects: ObjectStore, request: Named): Promise<StoredPages> {
  const folder = folderOf(request);
  const found = await Array.fromAsync(objects.list(folder));
  const pages: StoredPage[] = [];
  const notes = new Map<number, string>();
  const load = async (key: string) => {
    const [, number, kind] = /^(\d+)\.(json|note)$/.exec(key.slice(folder.length)) ?? [];
    if (kind === undefined) return;
    const text = await textOf(objects, key);
    if (kind === 'note') notes.set(Number(number), text);
    else pages.push(...parsePage(text));
  };
  await pMap(found, ({ key }) => load(key), { concurrency: FETCHED_AT_ONCE });
  return { pages: pages.sort((a, b) => a.page.number - b.page.number), notes };
}
