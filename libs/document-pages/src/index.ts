export { isBlank } from './blank.ts';
export { DocumentError, type DocumentErrorCode } from './document-error.ts';
export { type DocumentLimits, defaultLimits } from './limits.ts';
export { type OpenDocument, type OpenOptions, openDocument } from './open-document.ts';
export type { Channels, PageImage, TextLine } from './page-image.ts';
export { type PagePicture, type PictureOptions, type Turn, widthOf } from './page-picture.ts';
export { isEncryptedPdf, unlockPdf } from './unlock-pdf.ts';
