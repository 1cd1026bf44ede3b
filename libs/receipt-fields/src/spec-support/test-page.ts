import type { RecognisedPage } from '@inkstream/contracts';

const LETTER_WIDTH = 10;
const LINE_HEIGHT = 20;
const ROW_PITCH = 30;

/**
 * A page for tests from its picture in letters: a row for each line of the text, a line of its own for what two spaces
 * or more set apart. `slope` turns the page: pixels down per pixel right.
 */
export function testPage(picture: string, { slope = 0, confidence = 1 } = {}) {
  const rows = picture.split('\n').map((row) => row.trimEnd());
  const lines = rows.flatMap((row, at) =>
    [...row.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => {
      const [left, right] = [index * LETTER_WIDTH, (index + text.length) * LETTER_WIDTH];
      const ends = [at * ROW_PITCH + slope * left, at * ROW_PITCH + slope * right];
      const box: [number, number, number, number] = [
        left,
        Math.min(...ends),
        right,
        Math.max(...ends) + LINE_HEIGHT,
      ];
      return { text, confidence, box };
    }),
  );
  return { width: 1000, height: rows.length * ROW_PITCH, rotation: 0, lines } satisfies RecognisedPage;
}
