import { PASSWORD_SECRET_BYTES, type PasswordSecrets } from '@inkstream/job-store';
import { z } from 'zod';
import { parsedBy } from './config.ts';

const HEX = /^[0-9a-f]{64}$/i;
/** With or without the padding. */
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** The 32 bytes that a variable says in hex or base64. */
export function passwordSecretIn(text: string): Uint8Array {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  const bytes = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (bytes.length !== PASSWORD_SECRET_BYTES)
    throw new Error('must be 32 random bytes in hex or base64: `openssl rand -hex 32` makes some');
  return bytes;
}

/** What the gateway and providers read, so that the passwords of documents go from one to the other encrypted. */
export const passwordConfig = {
  PASSWORD_SECRET: z.string().transform(parsedBy(passwordSecretIn)).optional(),
  /** The one before, while some passwords are still encrypted by it. */
  PASSWORD_SECRET_PREVIOUS: z.string().transform(parsedBy(passwordSecretIn)).optional(),
};
export type PasswordConfig = z.output<z.ZodObject<typeof passwordConfig>>;

/** The secrets, the one that encrypts first; none if there are none: then no password is taken, or read. */
export const passwordSecrets = ({
  PASSWORD_SECRET: current,
  PASSWORD_SECRET_PREVIOUS: previous,
}: PasswordConfig): PasswordSecrets =>
  current === undefined ? [] : previous === undefined ? [current] : [current, previous];
