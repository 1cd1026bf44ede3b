import type { OcrLine, ResultWarning } from '@inkstream/contracts';
import { chargeOf, type PageReading, type Prices, ProviderError } from '@inkstream/provider-kit';
import type { OCRPageObject, OCRResponse } from '@mistralai/mistralai/models/components';
import { receiptsByPage } from './annotation.ts';
import { withoutImages } from './markdown-lines.ts';
import { pageLines } from './page-lines.ts';

/** The size that boxes are to be in, pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const notAnnotated: ResultWarning = {
  code: 'field_not_read',
  message: 'Mistral stated no valid fields: they follow from the text',
};

/**
 * What was read of each page of an answer, in its order. Boxes are in pixels of the vendor's rendering of the page, or
 * of `size` if that is given.
 *
 * @throws ProviderError with what was charged if there is none.
 */
export function readingsOf(
  answer: OCRResponse,
  prices: Prices,
  size?: Size,
): [PageReading, ...PageReading[]] {
  const { pages, model, usageInfo, documentAnnotation } = answer;
  const texts = pages.map(({ markdown }) => markdown);
  const stated = receiptsByPage(documentAnnotation ?? '', texts);
  const readings = pages.map((page, at): PageReading => {
    // Each page is charged once; what was charged beyond that is the first one's.
    const usage = { pages: at === 0 ? Math.max(1, usageInfo.pagesProcessed - pages.length + 1) : 1 };
    const { warnings, ...reading } = readingOf(page, size);
    const { receipts, warnings: more } = stated?.[at] ?? { receipts: undefined, warnings: [notAnnotated] };
    return {
      ...reading,
      ...(receipts && { receipts }),
      warnings: [...warnings, ...more],
      model,
      ...chargeOf(prices, model, usage),
    };
  });
  const [first, ...rest] = readings;
  if (first) return [first, ...rest];
  const spent = chargeOf(prices, model, { pages: usageInfo.pagesProcessed });
  throw new ProviderError('invalid_result', 'Mistral answered without a page', undefined, { spent });
}

function readingOf(page: OCRPageObject, size: Size | undefined) {
  const [x, y] = scaleOf(page, size);
  const scaled = (line: OcrLine): OcrLine =>
    line.box ? { ...line, box: [line.box[0] * x, line.box[1] * y, line.box[2] * x, line.box[3] * y] } : line;
  const { width, height } = size ?? page.dimensions ?? { width: 0, height: 0 };
  return {
    width,
    height,
    lines: pageLines(page).map(scaled),
    markdown: withoutImages(page.markdown),
    warnings: page.images.map((image): ResultWarning => {
      const { topLeftX: left, topLeftY: top, bottomRightX: right, bottomRightY: bottom } = image;
      const known = left !== null && top !== null && right !== null && bottom !== null;
      return {
        code: 'region_not_read',
        message: 'Mistral took a part of the page for a picture: what is written there is not in the text',
        ...(known && { region: [left * x, top * y, right * x, bottom * y] }),
      };
    }),
    raw: page,
  };
}

function scaleOf({ dimensions }: OCRPageObject, size: Size | undefined): [number, number] {
  if (!dimensions || !size || dimensions.width === 0 || dimensions.height === 0) return [1, 1];
  return [size.width / dimensions.width, size.height / dimensions.height];
}
