import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PICTURE_WIDTHS } from '@inkstream/contracts';
import { type Turn, widthOf } from '@inkstream/document-pages';
import { pictureObjects } from '@inkstream/domain';
import { ObjectNotFoundError } from '@inkstream/object-store';
import {
  ClientSemaphore,
  counter,
  HttpError,
  histogram,
  inSpan,
  shareOf,
  subjectAttributes,
} from '@inkstream/service-kit';
import PQueue from 'p-queue';
import type { QueryDeps } from '../deps.ts';
import { drawPage, shrink } from './draw-page.ts';
import { keepPicture, type OfFile } from './keep-picture.ts';

/** Pictures that may be waited for at once, those that are drawn among them. */
const PLACES = 32;
/** From the request on: it waits no longer for its turn and its picture, ms. */
const LIMIT_MS = 30_000;
const RETRY = { 'Retry-After': '5' };

export interface PagePicturesOptions {
  /** Pages that are drawn at once, each by a process. */
  readonly atOnce: number;
  /** Memory of such a process, MiB. */
  readonly memoryMb: number;
  readonly limitMs?: number;
}

/** A picture that is asked for. */
export interface AskedPicture extends OfFile {
  /** As `addressKey` names it. */
  readonly client: string;
  /** From 1. */
  readonly page: number;
  readonly turn: Turn;
  /** Most pixels in a row. */
  readonly width: number;
}

/** The width in which a picture is kept of which this one is made. */
const keptWidth = (width: number): number => PICTURE_WIDTHS.find((one) => one >= width) ?? width;

const keyOf = ({ uid, file, page, turn, width }: AskedPicture): string =>
  `${pictureObjects(uid, file.id)}${page}-${keptWidth(width)}-${turn}.webp`;

/**
 * Pictures of pages: drawn when they are first asked for, in a few widths, and kept in the object store until their file
 * or job is deleted. Few are drawn at once, and few may wait.
 */
export class PagePictures {
  readonly #deps: QueryDeps;
  readonly #options: PagePicturesOptions;
  readonly #queue: PQueue;
  readonly #places = new ClientSemaphore(PLACES, shareOf(PLACES));
  readonly #pictures = counter('inkstream.pictures', {
    unit: '{picture}',
    description: 'Pictures of pages that were asked for',
  });
  readonly #duration = histogram('inkstream.picture.duration', {
    unit: 's',
    description: 'What it took to draw a page and to store it',
  });

  constructor(deps: QueryDeps, options: PagePicturesOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.atOnce });
  }

  /**
   * A picture as WebP. The signal ends whatever is done for it.
   *
   * @throws HttpError 503 or 429 if too many are waited for, 503 if it takes too long; what `drawPage` throws.
   */
  async of(asked: AskedPicture, signal: AbortSignal): Promise<Readable | Buffer> {
    const key = keyOf(asked);
    if (asked.width === keptWidth(asked.width)) {
      const kept = await this.#find(key, signal);
      if (kept) {
        this.#pictures.add(1, { outcome: 'stored' });
        return kept;
      }
    }
    return this.#inTurn(asked.client, signal, async (limit) => {
      // It may have been drawn while this request waited.
      const kept = await this.#find(key, limit);
      const picture = kept ? await buffer(kept) : await this.#draw(key, asked, limit);
      this.#pictures.add(1, { outcome: kept ? 'stored' : 'drawn' });
      const width = widthOf(picture);
      if (width !== undefined && width <= asked.width) return picture;
      return shrink(picture, { width: asked.width, memoryMb: this.#options.memoryMb }, limit);
    });
  }

  async #find(key: string, signal: AbortSignal): Promise<Readable | null> {
    return this.#deps.objects.get(key, { signal }).catch((error) => {
      if (error instanceof ObjectNotFoundError) return null;
      throw error;
    });
  }

  async #inTurn(client: string, signal: AbortSignal, work: (limit: AbortSignal) => Promise<Buffer>) {
    const place = this.#places.acquire(client);
    if (place.outcome !== 'acquired') {
      this.#pictures.add(1, { outcome: 'refused' });
      if (place.outcome === 'full')
        throw new HttpError(503, 'Too many pages are being drawn; try again', RETRY);
      throw new HttpError(429, 'Too many pages are being drawn for your address', RETRY);
    }
    const late = AbortSignal.timeout(this.#options.limitMs ?? LIMIT_MS);
    const limit = AbortSignal.any([signal, late]);
    try {
      return await this.#queue.add(() => work(limit), { signal: limit });
    } catch (error) {
      signal.throwIfAborted();
      this.#pictures.add(1, { outcome: 'failed' });
      if (late.aborted) throw new HttpError(503, 'The page was not drawn in time; try again', RETRY);
      throw error;
    } finally {
      place.release();
    }
  }

  #draw(key: string, asked: AskedPicture, limit: AbortSignal): Promise<Buffer> {
    const { caller, jobId, file, page, turn } = asked;
    const attributes = subjectAttributes({ jobId, tenant: caller.tenant });
    return inSpan('draw page', { attributes }, async () => {
      const from = performance.now();
      const options = { turn, width: keptWidth(asked.width), memoryMb: this.#options.memoryMb };
      const picture = await drawPage(this.#deps.objects, file, page, options, limit);
      await keepPicture(this.#deps, key, picture, asked);
      this.#duration.record((performance.now() - from) / 1_000);
      return picture;
    });
  }
}
