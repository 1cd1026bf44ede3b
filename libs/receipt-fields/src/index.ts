export { type ExtractOptions, extractReceipt } from './extract-receipt.ts';
export { mergeReceipts, type PageReceipts } from './merge-receipts.ts';
export { toMarkdown } from './page/markdown.ts';
export { toText } from './page/text.ts';
export { harmlessMarkdown } from './page/vendor-markdown.ts';
export { type AmountHints, readAmount, readDate } from './printed-values.ts';
export { checkedReceipts } from './stated/checked-receipts.ts';
export { type StatedReceipt, statedReceipt } from './stated/stated-receipt.ts';
export { sumsOf } from './stated/sums.ts';
