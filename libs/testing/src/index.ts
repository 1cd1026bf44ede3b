export * from './bad-files.ts';
export * from './bad-pdfs.ts';
export { type BmpKind, bmpFile } from './bmp.ts';
export { withDamagedPicture, withDamagedStrip } from './damaged-pages.ts';
export { type FaultyWay, startFaultyWay, type WayFault } from './faulty-way.ts';
export * from './heic-file.ts';
export * from './mails.ts';
export * from './multipart.ts';
export * from './odd-pdfs.ts';
export * from './odd-pictures.ts';
export * from './own-text-pdfs.ts';
export * from './pdf-bombs.ts';
export { pdfOf, pdfStream } from './pdf-file.ts';
export * from './pictured-pdfs.ts';
export * from './random.ts';
export type { Degrade } from './receipt/degrade.ts';
export type { ImageFormat, Orientation } from './receipt/encode.ts';
export * from './receipt/generate.ts';
export { type LayoutName, layoutNames } from './receipt/layouts/index.ts';
export {
  type DistortionKind,
  distortionKinds,
  type LocalePicture,
  localePicture,
} from './receipt/locale-picture.ts';
export { locales } from './receipt/locales/index.ts';
export type { Locale } from './receipt/locales/locale.ts';
export { type LocaleReceipt, localeReceipt } from './receipt/locales/locale-receipt.ts';
export { pageOf } from './receipt/page-of.ts';
export type { Raster } from './receipt/raster.ts';
export type { ReceiptContent, ReceiptValues } from './receipt/rows.ts';
export * from './receipt/table.ts';
export { mountSmallDisk, type SmallDisk } from './small-disk.ts';
export * from './text-pdf.ts';
