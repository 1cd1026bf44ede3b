import type { Readable } from 'node:stream';
import type { Provider } from '@inkstream/contracts';
import { jobObjects, passwordObjects } from '@inkstream/domain';
import type { BegunUpload } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { addressKey, HttpError } from '@inkstream/service-kit';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { assertAcceptsSoFar, sizeInWords } from '../providers/acceptance.ts';
import type { Place } from './asked.ts';
import { type Inspected, inspectFile } from './inspect-file.ts';
import type { Fields } from './multipart.ts';
import { safeFileName } from './names.ts';

/** How many files of one upload are written at once: small ones come faster than the store writes. */
const MAX_OPEN_WRITES = 4;

/** A file that lies in the object store. */
export interface StoredFile extends Inspected {
  readonly name: string;
  readonly storageKey: string;
}

export interface FileStorageOptions {
  readonly objects: ObjectStore;
  readonly beginUpload: () => Promise<BegunUpload>;
  /** Bytes. */
  readonly maxFileBytes: number;
  /**
   * The providers of the file at this position, as far as the fields that came before it name them. Throws if they
   * tell that the upload will be refused: then the file is not stored.
   */
  readonly providersSoFar: (fields: Fields, file: Place) => readonly Provider[];
}

/**
 * The bytes of a multipart file; if the body breaks off, the client is at fault. A store that reads no further leaves the
 * stream as it is: multer would hear of its end as of a fault of the body, before the store says what is wrong.
 */
async function* received(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* stream.iterator({ destroyOnReturn: false });
  } catch {
    throw new HttpError(400, 'The multipart body ends in the middle of a file; send it again, whole');
  }
}

/**
 * The files of one upload, each streamed into the object store under `jobs/<uid>/files/<fileId>`. The upload begins when
 * the first one comes.
 */
export class FileStorage implements StorageEngine {
  readonly #options: FileStorageOptions;
  readonly #writes: Promise<StoredFile>[] = [];
  readonly #failing = new AbortController();
  #upload: Promise<BegunUpload> | undefined;

  constructor(options: FileStorageOptions) {
    this.#options = options;
  }

  /** Aborts with the first thing that goes wrong here; nothing is written any more then. */
  get failing(): AbortSignal {
    return this.#failing.signal;
  }

  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  _handleFile: StorageEngine['_handleFile'] = (request, file, callback) => {
    const written = this.#store(this.#writes.length, file, request);
    this.#writes.push(written);
    written.then(
      () => callback(null, {}),
      (error) => {
        this.#failing.abort(error);
        callback(error);
      },
    );
  };

  /** All is removed at once, by `discard`. */
  _removeFile: StorageEngine['_removeFile'] = (_request, _file, callback) => callback(null);

  /**
   * The upload and its files in the order in which they came.
   *
   * @throws HttpError 400 if none came.
   */
  async stored(): Promise<BegunUpload & { readonly files: readonly StoredFile[] }> {
    if (!this.#upload) throw new HttpError(400, "There is no file; files go in the field 'file'");
    return { ...(await this.#upload), files: await Promise.all(this.#writes) };
  }

  /** Removes every byte of this upload, and the passwords that came with it, once nothing is being written any more. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#writes);
    const upload = await this.#upload?.catch(() => undefined);
    if (!upload) return;
    await this.#options.objects.deletePrefix(passwordObjects(upload.uid));
    await this.#options.objects.deletePrefix(jobObjects(upload.uid));
  }

  async #store(index: number, file: Express.Multer.File, request: Request): Promise<StoredFile> {
    const { objects, maxFileBytes, beginUpload, providersSoFar } = this.#options;
    const { stream } = file;
    const name = safeFileName(file.originalname);
    const providers = providersSoFar(request.body, { index, name });
    this.#upload ??= beginUpload();
    stream.once('limit', () => {
      this.#failing.abort(
        new HttpError(
          413,
          `File '${name}' has more than ${sizeInWords(maxFileBytes)}, the most that is taken; make it smaller, or split it`,
        ),
      );
      stream.destroy();
    });
    let inspected: Inspected | undefined;
    const body = async function* () {
      inspected = yield* inspectFile(received(stream), (soFar) => {
        // An empty file is told apart from one of an unknown type, by `readForm`.
        if (soFar.bytes > 0)
          for (const provider of providers) assertAcceptsSoFar(provider, { ...soFar, name });
      });
    };
    await Promise.allSettled([this.#writes[index - MAX_OPEN_WRITES]]);
    const { uid } = await this.#upload;
    const storageKey = `${jobObjects(uid)}files/${index + 1}`;
    const declared = Number(request.headers['content-length'] ?? maxFileBytes);
    await objects.put(storageKey, body(), {
      signal: this.failing,
      atMostBytes: Math.min(declared, maxFileBytes),
      holder: addressKey(request.ip),
      sha256: () => inspected?.sha256,
    });
    if (!inspected) throw new Error(`The object store did not read ${storageKey} to its end`);
    return { ...inspected, name, storageKey };
  }
}
