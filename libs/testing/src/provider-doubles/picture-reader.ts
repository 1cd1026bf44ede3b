import { openDocument } from '@inkstream/document-pages';
import { createPpocr, type PageImage, type Ppocr, readImage } from '@inkstream/ppocr';
import type { ReceiptTruth } from '../receipt/generate.ts';
import { alike, type Likeness, likenessOf } from './likeness.ts';
import { contentOf, contentRead, hashOf, type PictureContent } from './picture-content.ts';

/** How many readings are kept. */
const KEPT = 500;
const PAGE_LIMITS = { maxPages: 1_000 };

/** The local engine: one for the whole process, loaded for the first picture without a truth, freed with its last user. */
let engine: Promise<Ppocr> | undefined;
let users = 0;
/** It reads one picture at a time. */
let last: Promise<unknown> = Promise.resolve();
/** What was read, by the hash of the file. */
const readings = new Map<string, Promise<PictureContent>>();

function readLocally(image: PageImage, hash: string): Promise<PictureContent> {
  const reading = last.then(async () => {
    engine ??= createPpocr({ model: 'fast' });
    return contentRead(hash, await (await engine).recognise(image));
  });
  last = reading.catch(() => {});
  return reading;
}

function readOnce(hash: string, read: () => Promise<PictureContent>): Promise<PictureContent> {
  const known = readings.get(hash);
  if (known) return known;
  const reading = read();
  readings.set(hash, reading);
  // What fails is tried again.
  reading.catch(() => readings.delete(hash));
  for (const oldest of readings.keys()) if (readings.size > KEPT) readings.delete(oldest);
  return reading;
}

/** Says what is on pictures. */
export class PictureReader {
  readonly #truths: { readonly likeness: Likeness; readonly truth: ReceiptTruth }[] = [];

  constructor() {
    users++;
  }

  /**
   * From now on a picture that shows the same as this one, in whatever file format, says what the truth says. One that
   * is turned, cropped, much smaller or of another page does not.
   */
  async know(picture: Uint8Array, truth: ReceiptTruth): Promise<void> {
    this.#truths.push({ likeness: await likenessOf(picture), truth });
  }

  /**
   * What is on a picture: by a truth, or as the local engine reads it.
   *
   * @throws Error if it is no picture.
   */
  async read(picture: Uint8Array): Promise<PictureContent> {
    const hash = hashOf(picture);
    return (
      (await this.#known(hash, picture)) ??
      readOnce(hash, async () => readLocally(await readImage(picture), hash))
    );
  }

  async #known(hash: string, picture: Parameters<typeof likenessOf>[0]): Promise<PictureContent | null> {
    if (this.#truths.length === 0) return null;
    const likeness = await likenessOf(picture);
    const known = this.#truths.find((one) => alike(one.likeness, likeness));
    return known ? contentOf(hash, known.truth, likeness) : null;
  }

  /**
   * What is on the pages of a document; on those at the places given, from 0, or on all. The hash of a page is that of
   * the document, `#` and its place.
   *
   * @throws DocumentError if it cannot be opened; RangeError if there is no such page.
   */
  async readPages(document: Uint8Array, places?: readonly number[]): Promise<PictureContent[]> {
    const opened = await openDocument(document, PAGE_LIMITS);
    try {
      const wanted = places ?? Array.from({ length: opened.pageCount }, (_, place) => place);
      const contents: PictureContent[] = [];
      for (const place of wanted) {
        const hash = `${hashOf(document)}#${place}`;
        const page = await opened.page(place);
        contents.push(
          (await this.#known(hash, page)) ?? (await readOnce(hash, () => readLocally(page, hash))),
        );
      }
      return contents;
    } finally {
      opened.close();
    }
  }

  /** Frees the engine if nobody else uses it. */
  async close(): Promise<void> {
    if (--users > 0) return;
    const loaded = engine;
    engine = undefined;
    await last;
    await (await loaded)?.close();
  }
}
