import { type ExecutionProgress, PROGRESS_TOPIC, toProgressMessage } from '@inkstream/contracts';
import type { ProviderContext } from './context.ts';
import type { Request } from './request.ts';

/** Between two messages of an execution, ms. */
const EVERY_MS = 500;

/**
 * Tells how many pages of an execution are done, at most twice a second. Nothing is told of a document of one page. What
 * is not taken by the bus is lost: the next one says more.
 */
export class Progress {
  readonly #context: Pick<ProviderContext, 'bus' | 'log'>;
  readonly #request: Request;
  readonly #attempt: number;
  #done = 0;
  #pages = 0;
  /** While it runs nothing is told. */
  #timer: NodeJS.Timeout | null = null;
  #changed = false;
  #ended = false;

  constructor(context: Pick<ProviderContext, 'bus' | 'log'>, request: Request, attempt: number) {
    this.#context = context;
    this.#request = request;
    this.#attempt = attempt;
  }

  opened(pages: number, done: number): void {
    this.#pages = pages;
    this.#done = done;
    this.#tell();
  }

  pageRead(): void {
    this.#done++;
    this.#tell();
  }

  end(): void {
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tell(): void {
    if (this.#pages < 2 || this.#ended) return;
    this.#changed = true;
    if (this.#timer) return;
    this.#publish();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#changed) this.#tell();
    }, EVERY_MS);
  }

  #publish(): void {
    this.#changed = false;
    const { bus, log } = this.#context;
    const { jobId, executionId, uid, caller } = this.#request;
    const progress: ExecutionProgress = {
      jobId,
      executionId,
      uid,
      tenant: caller.tenant,
      attempt: this.#attempt,
      pagesDone: this.#done,
      pages: this.#pages,
    };
    bus
      .publish(PROGRESS_TOPIC, [toProgressMessage(progress)])
      .catch((err) => log.debug({ err, jobId, executionId }, 'progress was not told'));
  }
}
