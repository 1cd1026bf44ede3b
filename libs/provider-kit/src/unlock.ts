import { DocumentError, isEncryptedPdf, unlockPdf } from '@inkstream/document-pages';
import { readPassword } from '@inkstream/job-store';
import type { ProviderContext } from './context.ts';
import type { Document } from './engine.ts';
import { ProviderError } from './provider-error.ts';
import type { Request } from './request.ts';

const ASK =
  'send its password with the upload (password_0 for the first file), or with the request to read it again (password)';

/** The password of the request's document; null if none came. What is wrong with it matters only if it is needed. */
async function passwordOf(
  { objects, secrets }: Pick<ProviderContext, 'objects' | 'secrets'>,
  { uid, fileId, passwordKey: key }: Request,
): Promise<string | ProviderError> {
  if (key === undefined) return new ProviderError('encrypted_document', `The PDF is encrypted: ${ASK}`);
  const found = await readPassword({ objects, secrets }, { uid, fileId, key });
  if (found === 'gone')
    return new ProviderError(
      'encrypted_document',
      'The PDF is encrypted, and its password is no longer stored: read it again with the password',
    );
  if (found === 'sealed')
    return new ProviderError(
      'internal_error',
      "The password of the PDF cannot be decrypted here: PASSWORD_SECRET is missing, or is not the gateway's",
    );
  return found.password;
}

/**
 * The document without encryption, so that neither an engine nor a vendor needs its password; any other one as it is. A
 * password that is not needed is ignored.
 *
 * @throws ProviderError or DocumentError `encrypted_document` if the password is missing or wrong; `internal_error` if it
 *   cannot be decrypted.
 */
export async function unlocked(
  context: Pick<ProviderContext, 'objects' | 'secrets'>,
  request: Request,
  document: Document,
  signal: AbortSignal,
): Promise<Document> {
  if (!isEncryptedPdf(document.bytes)) return document;
  const password = await passwordOf(context, request);
  const known = typeof password === 'string' ? password : '';
  try {
    return { ...document, bytes: await unlockPdf(document.bytes, known, signal) };
  } catch (error) {
    signal.throwIfAborted();
    // Whoever opens it next says what else is wrong with it.
    if (!(error instanceof DocumentError) || error.code !== 'encrypted_document') return document;
    throw known === password ? error : password;
  }
}
