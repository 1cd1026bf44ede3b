import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema, type Job, jobSchema } from '@inkstream/contracts';
import { currentTraceparent } from '@inkstream/service-kit';

/** Between two looks at a job, ms. */
const LOOK_MS = 500;
const RETRY_MS = 1_000;
/** A single request may take no longer, ms. */
const REQUEST_MS = 30_000;

export interface ApiOptions {
  /** Without a slash at its end. */
  readonly url: string;
  /** With each request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the API did wrong. The message is for operators. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  /** Whether a client tries again. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean, options?: ErrorOptions) {
    super(message, options);
    this.passing = passing;
  }
}

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : undefined;
  return code === undefined ? message : `${message} (${code})`;
};

/** The public API, as a client that is told nothing else would use it. */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Uploads one file, once more under the same key if it has to be: both are one job. Returns its id. */
  async upload(form: () => FormData, key: string, signal: AbortSignal): Promise<number> {
    const post = (init: RequestInit, headers = {}) =>
      this.#call(
        '/ocr-jobs/upload',
        { method: 'POST', ...init, headers: { ...headers, 'idempotency-key': key } },
        signal,
      );
    const response = await post({ body: form() }).catch(async (error) => {
      if (!(error instanceof ApiFault && error.passing)) throw error;
      await sleep(RETRY_MS, undefined, { signal });
      // Of a body of declared length `fetch` loses the answer that comes before its end, such as a refusal of the host.
      const { body, headers } = new Response(form());
      return post({ body, duplex: 'half' }, { 'content-type': headers.get('content-type') });
    });
    return createdJobSchema.parse(await response.json()).id;
  }

  /**
   * The job once it is completed or failed. What passes is waited for until the signal aborts.
   *
   * @throws the last of what passes, or the signal's reason.
   */
  async finished(id: number, signal: AbortSignal): Promise<Job> {
    for (let last: unknown; ; ) {
      try {
        const job = jobSchema.parse(await (await this.#call(`/ocr-jobs/${id}`, {}, signal)).json());
        if (job.status === 'completed' || job.status === 'failed') return job;
        last = undefined;
      } catch (error) {
        if (signal.aborted || !(error instanceof ApiFault && error.passing)) throw last ?? error;
        last = error;
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {
        throw last ?? signal.reason;
      });
    }
  }

  /** Deletes a job, whatever it is doing, and looks that it is gone. */
  async remove(id: number, signal: AbortSignal): Promise<void> {
    const remove = () => this.#call(`/ocr-jobs/${id}?force=true`, { method: 'DELETE' }, signal, [404]);
    await remove().catch(async (error) => {
      if (!(error instanceof ApiFault && error.passing)) throw error;
      await sleep(RETRY_MS, undefined, { signal });
      return remove();
    });
    const { status } = await this.#call(`/ocr-jobs/${id}`, {}, signal, [404]);
    if (status !== 404) throw new ApiFault(`job ${id} is still there after it was deleted`, false);
  }

  /** Resolves if the gateway's process answers. */
  async ping(signal: AbortSignal): Promise<void> {
    await this.#call('/health', {}, signal);
  }

  async #call(
    path: string,
    init: RequestInit,
    signal: AbortSignal,
    /** Beside those of success. */
    expected: readonly number[] = [],
  ): Promise<Response> {
    const { url, headers } = this.#options;
    const traceparent = currentTraceparent();
    const what = `${init.method ?? 'GET'} ${path.split('?')[0]}`;
    const response = await fetch(url + path, {
      ...init,
      headers: {
        ...headers,
        ...(traceparent && { traceparent }),
        ...(init.headers as Record<string, string>),
      },
      // A key goes nowhere but to the URL that was configured.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    }).catch((cause) => {
      if (signal.aborted) throw signal.reason;
      throw new ApiFault(`${what}: ${reasonOf(cause)}`, true, { cause });
    });
    if (response.ok || expected.includes(response.status)) return response;
    const said = (await response.text().catch(() => '')).slice(0, 300);
    const passing = response.status >= 500 || response.status === 429;
    throw new ApiFault(`${what}: ${response.status} ${said}`, passing);
  }
}
