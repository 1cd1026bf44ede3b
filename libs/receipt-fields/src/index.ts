export { type ExtractOptions, extractReceipt } from './extract-receipt.ts';
export { toMarkdown } from './page/markdown.ts';
export { type PlacedLine, type Row, toRows } from './page/rows.ts';
export { toText } from './page/text.ts';
