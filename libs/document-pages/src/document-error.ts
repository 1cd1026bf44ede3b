/** The domain's execution error codes that are about the document. All but `timeout` are permanent. */
export const documentErrorCodes = [
  'corrupt_document',
  'encrypted_document',
  'unsupported_document',
  'document_too_large',
  'timeout',
] as const;
export type DocumentErrorCode = (typeof documentErrorCodes)[number];

/** Why a document has no pages to read. The message may be shown to the client. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: DocumentErrorCode;

  constructor(code: DocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
