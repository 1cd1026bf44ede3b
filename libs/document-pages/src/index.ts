export { DocumentError, type DocumentErrorCode } from './document-error.ts';
export type { DocumentLimits } from './limits.ts';
export { type OpenDocument, openDocument } from './open-document.ts';
export type { PageImage } from './page-image.ts';
