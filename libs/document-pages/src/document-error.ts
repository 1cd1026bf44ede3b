/** Those of the domain's execution error codes that say something of the document. All but `timeout` are permanent. */
export const documentErrorCodes = [
  'corrupt_document',
  'encrypted_document',
  'unsupported_document',
  'document_too_large',
  'timeout',
] as const;
export type DocumentErrorCode = (typeof documentErrorCodes)[number];

/** Why a document has no pages to read. The message is fit for the client's eyes. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: DocumentErrorCode;

  constructor(code: DocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
