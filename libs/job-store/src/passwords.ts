import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { passwordObjects } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';

/** The longest password of a document, bytes in UTF-8: PDFs look at 127 of them (ISO 32000-2, 7.6.4.3.3). */
export const MAX_PASSWORD_BYTES = 256;
/** Bytes of a secret: the key of AES-256. */
export const PASSWORD_SECRET_BYTES = 32;

/** The deployment's secrets, 32 bytes each: the first one seals, all of them open, so that one can take another's place. */
export type PasswordSecrets = readonly Uint8Array[];

/** What a sealed password is bound to: anywhere else it does not open. */
export interface PasswordPlace {
  readonly uid: string;
  readonly fileId: number;
  /** Of the object that it lies in. */
  readonly key: string;
}

const ALGORITHM = 'aes-256-gcm';
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 2;
const SEALED_BYTES = 1 + NONCE_BYTES + LENGTH_BYTES + MAX_PASSWORD_BYTES + TAG_BYTES;

const boundTo = ({ uid, fileId, key }: PasswordPlace): Buffer =>
  Buffer.from(JSON.stringify(['inkstream password', FORMAT, uid, fileId, key]));

/**
 * A password encrypted by AES-256-GCM: a byte for the format, 1; the nonce, 12; the password's length, 2, and the password,
 * filled up to 256 so that its length does not show, encrypted; the tag, 16.
 *
 * @throws RangeError if the password is longer than `MAX_PASSWORD_BYTES`.
 */
export function sealPassword(
  password: string,
  secret: Uint8Array,
  place: PasswordPlace,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer {
  const text = Buffer.from(password);
  if (text.length > MAX_PASSWORD_BYTES) throw new RangeError('The password is too long');
  const clear = Buffer.alloc(LENGTH_BYTES + MAX_PASSWORD_BYTES);
  clear.writeUInt16BE(text.length);
  clear.set(text, LENGTH_BYTES);
  const cipher = createCipheriv(ALGORITHM, secret, nonce).setAAD(boundTo(place));
  return Buffer.concat([
    Uint8Array.of(FORMAT),
    nonce,
    cipher.update(clear),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** The password; null if none of the secrets opens it: it was sealed with another one, for another place, or has changed. */
export function openPassword(
  sealed: Uint8Array,
  secrets: PasswordSecrets,
  place: PasswordPlace,
): string | null {
  if (sealed.length !== SEALED_BYTES || sealed[0] !== FORMAT) return null;
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const tag = sealed.subarray(-TAG_BYTES);
  for (const secret of secrets)
    try {
      const decipher = createDecipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(place)).setAuthTag(tag);
      const clear = Buffer.concat([
        decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]);
      return clear.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + clear.readUInt16BE());
    } catch {
      // Another secret's.
    }
  return null;
}

type Objects = Pick<ObjectStore, 'put' | 'get' | 'delete'>;

/** Stores the password of a job's file for one execution, sealed. Resolves with its key, which the request names. */
export async function keepPassword(
  { objects, secrets: [secret] }: { readonly objects: Objects; readonly secrets: PasswordSecrets },
  password: string,
  { uid, jobId, fileId }: { readonly uid: string; readonly jobId: number; readonly fileId: number },
): Promise<string> {
  if (!secret) throw new Error('There is no secret to seal a password with');
  const key = `${passwordObjects(uid)}${jobId}/${randomUUID()}`;
  await objects.put(key, sealPassword(password, secret, { uid, fileId, key }));
  return key;
}

/** The password under a key: `gone` if nothing is there, `sealed` if none of the secrets opens it. */
export async function readPassword(
  { objects, secrets }: { readonly objects: Objects; readonly secrets: PasswordSecrets },
  place: PasswordPlace,
): Promise<{ readonly password: string } | 'gone' | 'sealed'> {
  try {
    const sealed = Buffer.concat(await Array.fromAsync(await objects.get(place.key)));
    const password = openPassword(sealed, secrets, place);
    return password === null ? 'sealed' : { password };
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return 'gone';
    throw error;
  }
}

const KEY = /^passwords\/([^/]+)\/([1-9]\d*)\//;

/** Whose a password is, by its key; null if that is no key of a password. */
export function ownerOfPassword(key: string): { readonly uid: string; readonly jobId: number } | null {
  const [, uid, jobId] = KEY.exec(key) ?? [];
  return uid === undefined ? null : { uid, jobId: Number(jobId) };
}
