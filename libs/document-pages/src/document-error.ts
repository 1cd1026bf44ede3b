/** Those of the domain's execution error codes that say something of the document. All are permanent. */
export type DocumentErrorCode =
  | 'corrupt_document'
  | 'encrypted_document'
  | 'unsupported_document'
  | 'document_too_large';

/** Why a document has no pages to read. The message is fit for the client's eyes. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: DocumentErrorCode;

  constructor(code: DocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The decoder's result; whatever it fails with becomes `corrupt_document`, the decoder's words kept as cause. */
export async function decoding<T>(what: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    if (cause instanceof DocumentError) throw cause;
    throw new DocumentError('corrupt_document', `The ${what} is damaged and cannot be decoded`, { cause });
  }
}
