import type { PictureContent } from './picture-content.ts';
import { around, type PictureRow, rowsOf } from './rows.ts';

/** What a request asks for of each page. */
export interface MistralWishes {
  readonly include_blocks?: boolean | undefined;
  readonly confidence_scores_granularity?: 'word' | 'page' | 'block' | null | undefined;
}

/** A paragraph: rows that stand closer than they are tall. */
interface Paragraph {
  readonly type: 'title' | 'text';
  readonly rows: readonly PictureRow[];
  readonly content: string;
}

/** Marks that would be read as Markdown. */
const escaped = (text: string) => text.replace(/[\\*_`[\]|#]/g, '\\$&');

function paragraphsOf(content: PictureContent): Paragraph[] {
  const groups: PictureRow[][] = [];
  for (const [at, row] of rowsOf(content).entries()) {
    const above = groups.at(-1)?.at(-1);
    const gap = above ? row.box[1] - above.box[3] : 0;
    const close = above !== undefined && at > 1 && gap < (above.box[3] - above.box[1]) / 2;
    if (close) groups.at(-1)?.push(row);
    else groups.push([row]);
  }
  return groups.map((rows, at) => ({
    type: at === 0 ? 'title' : 'text',
    rows,
    content: `${at === 0 ? '# ' : ''}${rows.map(({ text }) => escaped(text)).join('\n')}`,
  }));
}

/** The words of the Markdown and where each begins, in code points, with the confidence of its row. */
function wordScores(paragraphs: readonly Paragraph[]) {
  let start = 0;
  return paragraphs.flatMap(({ content, rows }) => {
    const scores = content.split('\n').flatMap((line, at) => {
      const begin = start;
      start += [...line].length + 1;
      return [...line.matchAll(/\S+/g)]
        .filter(({ 0: word }) => word !== '#')
        .map(({ 0: text, index }) => ({
          text,
          confidence: rows[at]?.confidence ?? 0,
          start_index: begin + [...line.slice(0, index)].length,
        }));
    });
    // An empty line stands between paragraphs.
    start += 1;
    return scores;
  });
}

const corners = (rows: readonly PictureRow[]) => {
  const [left, top, right, bottom] = around(rows).map(Math.round);
  return { top_left_x: left, top_left_y: top, bottom_right_x: right, bottom_right_y: bottom };
};

/** A page of an answer. What shows no text comes back as a picture, as small handwriting does. */
export function mistralPage(content: PictureContent, index: number, wishes: MistralWishes) {
  const { width, height } = content;
  const paragraphs = paragraphsOf(content);
  const confidences = paragraphs.flatMap(({ rows }) => rows.map(({ confidence }) => confidence));
  const empty = paragraphs.length === 0;
  const whole = { top_left_x: 0, top_left_y: 0, bottom_right_x: width, bottom_right_y: height };
  return {
    index,
    markdown: empty ? '![img-0.jpeg](img-0.jpeg)' : paragraphs.map((one) => one.content).join('\n\n'),
    images: empty ? [{ id: 'img-0.jpeg', ...whole, image_base64: null }] : [],
    tables: [],
    hyperlinks: [],
    header: null,
    footer: null,
    dimensions: { dpi: 200, width, height },
    ...(wishes.include_blocks && {
      blocks: paragraphs.map(({ type, rows, content: text }) => ({ type, ...corners(rows), content: text })),
    }),
    ...(wishes.confidence_scores_granularity && {
      confidence_scores: {
        average_page_confidence_score: empty ? 0 : confidences.reduce((a, b) => a + b) / confidences.length,
        minimum_page_confidence_score: empty ? 0 : Math.min(...confidences),
        ...(wishes.confidence_scores_granularity === 'word' && {
          word_confidence_scores: wordScores(paragraphs),
        }),
      },
    }),
  };
}
