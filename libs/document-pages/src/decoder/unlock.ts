import { DocumentError } from '../document-error.ts';
import { type Pdf, Pdfium } from './pdfium.ts';

/**
 * A PDF's copy without encryption. One that its owner alone protects opens without a password.
 *
 * @throws DocumentError `encrypted_document` if the password does not open it, or there is none.
 */
export async function unlock(bytes: Uint8Array, password: string): Promise<Uint8Array> {
  const pdfium = await Pdfium.load();
  return opened(pdfium, bytes, password).decrypted();
}

function opened(pdfium: Pdfium, bytes: Uint8Array, password: string): Pdf {
  try {
    return pdfium.open(bytes);
  } catch (error) {
    if (password === '' || !isEncrypted(error)) throw error;
  }
  // What is typed may come as letters with marks beside them; AES-256 has them composed (ISO 32000-2, 7.6.4.3.2).
  for (const form of new Set([password, password.normalize('NFC'), password.normalize('NFKC')]))
    try {
      return pdfium.open(bytes, form);
    } catch (error) {
      if (!isEncrypted(error)) throw error;
    }
  throw new DocumentError(
    'encrypted_document',
    'The PDF is encrypted, and the password that came with it does not open it; send the right one',
  );
}

const isEncrypted = (error: unknown): boolean =>
  error instanceof DocumentError && error.code === 'encrypted_document';
