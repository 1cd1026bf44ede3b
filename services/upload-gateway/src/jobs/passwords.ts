import { keepPassword, MAX_PASSWORD_BYTES, type PasswordSecrets } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { HttpError } from '@inkstream/service-kit';

export interface PasswordDeps {
  readonly objects: ObjectStore;
  /** None if this deployment takes no passwords. */
  readonly secrets: PasswordSecrets;
}

/**
 * A document's password as a client gave it; none if it is empty.
 *
 * @throws HttpError 400, without the password, if it is longer than any is.
 */
export function checkedPassword(password: string | undefined, where: string): string | undefined {
  if (!password) return undefined;
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    throw new HttpError(
      400,
      `${where} is too long for a password of a PDF; it has ${MAX_PASSWORD_BYTES} bytes at most`,
    );
  return password;
}

/** @throws HttpError 503 that names what the operator must set, if a password came and cannot be encrypted. */
export function assertTakes(password: string | undefined, secrets: PasswordSecrets): void {
  if (password !== undefined && secrets.length === 0)
    throw new HttpError(
      503,
      'Passwords of PDFs are not taken here: PASSWORD_SECRET must be set, the same in the gateway and the providers',
    );
}

/** Whose password it is. */
export type PlaceOfFile = { readonly uid: string; readonly jobId: number; readonly fileId: number };

/** Stores a file's password, once for each of so many executions. Resolves with the keys; none if there is no password. */
export async function keepPasswords(
  deps: PasswordDeps,
  password: string | undefined,
  file: PlaceOfFile,
  executions: number,
): Promise<readonly string[]> {
  if (password === undefined) return [];
  return Promise.all(Array.from({ length: executions }, () => keepPassword(deps, password, file)));
}
