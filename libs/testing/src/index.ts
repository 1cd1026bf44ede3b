export * from './bad-files.ts';
export * from './bad-pdfs.ts';
export * from './random.ts';
export type { Degrade } from './receipt/degrade.ts';
export type { ImageFormat, Orientation } from './receipt/encode.ts';
export * from './receipt/generate.ts';
export { type LayoutName, layoutNames } from './receipt/layouts/index.ts';
export type { Raster } from './receipt/raster.ts';
export type { ReceiptContent, ReceiptValues } from './receipt/rows.ts';
