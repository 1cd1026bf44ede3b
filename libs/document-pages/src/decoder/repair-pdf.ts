import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  type PDFObject,
  PDFParser,
  PDFRef,
  PDFWriter,
} from 'pdf-lib';

/** A PDF that was put together anew. */
export interface Repaired {
  readonly bytes: Uint8Array;
  /** Whether all pages that its own tree counts were found, and no part of an object was missing. */
  readonly whole: boolean;
}

const INHERITED = ['Resources', 'MediaBox', 'CropBox', 'Rotate'].map((key) => PDFName.of(key));
const [TYPE, PAGES, KIDS, PARENT, COUNT] = ['Type', 'Pages', 'Kids', 'Parent', 'Count'].map((key) =>
  PDFName.of(key),
) as [PDFName, PDFName, PDFName, PDFName, PDFName];
/** A tree of pages that is deeper goes round. */
const DEEPEST = 32;

/**
 * Reads the objects of a PDF one after another, whatever its tables say, and gives the pages that are among them a tree
 * and a trailer of their own: of a file that was cut, those before the cut. Null if there is none.
 */
export async function repairPdf(bytes: Uint8Array): Promise<Repaired | null> {
  const { file, isUnfinished } = wholeObjects(bytes);
  const context = await PDFParser.forBytesWithOptions(file, Number.POSITIVE_INFINITY, false)
    .parseDocument()
    .catch(() => null);
  if (!context) return null;
  const pages = pagesIn(context);
  if (pages.length === 0) return null;
  const counted = countOf(context);
  const tree = context.nextRef();
  for (const [, page] of pages) {
    for (const key of INHERITED) {
      const value = inherited(context, page, key);
      if (value) page.set(key, value);
    }
    page.set(PARENT, tree);
  }
  const refs = pages.map(([ref]) => ref);
  context.assign(tree, context.obj({ Type: 'Pages', Kids: refs, Count: refs.length }));
  const { Encrypt, ID } = context.trailerInfo;
  context.trailerInfo = {
    Root: context.register(context.obj({ Type: 'Catalog', Pages: tree })),
    ...(Encrypt && { Encrypt }),
    ...(ID && { ID }),
  };
  const written = await PDFWriter.forContext(context, Number.POSITIVE_INFINITY).serializeToBuffer();
  return { bytes: written, whole: counted === pages.length && !isUnfinished };
}

const END = 'endobj';
/** The beginning of an object that is a stream. */
const STREAM = /^\s*\d+ \d+ obj[^(]{0,4096}?\bstream\r?\n/;

/**
 * The file up to the end of its last whole object, and of a stream that it was cut within what is there: of a scan, the
 * upper part. Tables that are not asked would only confuse.
 */
function wholeObjects(bytes: Uint8Array): { readonly file: Buffer; readonly isUnfinished: boolean } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = Math.max(0, file.lastIndexOf(END));
  const rest = file.subarray(end + END.length);
  const isUnfinished = STREAM.test(rest.toString('latin1', 0, 8192));
  return isUnfinished
    ? { file: Buffer.concat([file, Buffer.from(`\nendstream\n${END}\n`)]), isUnfinished }
    : { file: Buffer.concat([file.subarray(0, end), Buffer.from(`${END}\n`)]), isUnfinished };
}

const dictionariesOf = (context: PDFContext, type: string): [PDFRef, PDFDict][] =>
  context
    .enumerateIndirectObjects()
    .flatMap(([ref, object]) =>
      object instanceof PDFDict && object.get(TYPE) === PDFName.of(type) ? [[ref, object]] : [],
    );

/** In the order of the tree as far as that is there, then the others. */
function pagesIn(context: PDFContext): [PDFRef, PDFDict][] {
  const found = new Map(dictionariesOf(context, 'Page'));
  const followed = new Set<PDFRef>();
  const follow = (node: PDFObject | undefined) => {
    if (!(node instanceof PDFRef) || followed.has(node)) return;
    followed.add(node);
    const tree = context.lookup(node);
    const kids = tree instanceof PDFDict ? tree.lookup(KIDS) : undefined;
    if (kids instanceof PDFArray) for (const kid of kids.asArray()) follow(kid);
  };
  for (const [, catalog] of dictionariesOf(context, 'Catalog')) follow(catalog.get(PAGES));
  return [...new Set([...followed, ...found.keys()])].flatMap((ref) => {
    const page = found.get(ref);
    return page ? [[ref, page]] : [];
  });
}

/** How many pages the file says that it has; 0 if it does not. */
function countOf(context: PDFContext): number {
  const counts = dictionariesOf(context, 'Pages').map(([, tree]) => Number(tree.get(COUNT)?.toString()));
  return Math.max(0, ...counts.filter(Number.isInteger));
}

function inherited(context: PDFContext, page: PDFDict, key: PDFName): PDFObject | undefined {
  let node: PDFDict | undefined = page;
  for (let depth = 0; node && depth < DEEPEST; depth++) {
    const value = node.get(key);
    if (value) return value;
    const parent = node.get(PARENT);
    const object: unknown = parent instanceof PDFRef ? context.lookup(parent) : parent;
    node = object instanceof PDFDict ? object : undefined;
  }
  return undefined;
}
