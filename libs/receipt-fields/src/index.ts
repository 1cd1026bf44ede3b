export { type ExtractOptions, extractReceipt } from './extract-receipt.ts';
export { toMarkdown } from './markdown.ts';
export { type PlacedLine, type Row, toRows } from './rows.ts';
export { toText } from './text.ts';
