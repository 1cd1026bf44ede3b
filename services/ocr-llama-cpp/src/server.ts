import {
  type ListedModel,
  ProviderError,
  type Secret,
  type VendorErrors,
  vendorFetch,
} from '@inkstream/provider-kit';
import { z } from 'zod';
import { VENDOR } from './errors.ts';

const props = z.object({ modalities: z.object({ vision: z.boolean() }).partial().optional() });
const models = z.object({
  data: z.array(z.object({ id: z.string(), aliases: z.array(z.string()).default([]) })),
});
/** While all slots are taken, it is asked again so often, ms. */
const BUSY_MS = 2_000;
/** An endpoint that is switched off (501), or that an older server does not have. */
const NOT_THERE: readonly number[] = [501, 404];

export interface LlamaServerOptions {
  /** With `/v1` at its end, as OpenAI's clients want it. */
  readonly baseUrl: string;
  readonly key: Secret | undefined;
  readonly errors: VendorErrors;
}

/** What llama-server says of itself: https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export class LlamaServer {
  readonly #root: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #errors: VendorErrors;

  constructor({ baseUrl, key, errors }: LlamaServerOptions) {
    this.#root = baseUrl.replace(/\/(v1\/?)?$/, '');
    this.#headers = key ? { authorization: `Bearer ${key.reveal()}` } : {};
    this.#errors = errors;
  }

  /**
   * Resolves if its model is loaded and sees pictures.
   *
   * @throws ProviderError `provider_unavailable` if not.
   */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#get('/health', signal);
    const said = props.safeParse(await this.#get('/props', signal, NOT_THERE));
    if (said.data?.modalities?.vision === false)
      throw new ProviderError(
        'provider_unavailable',
        `The model of ${VENDOR} sees no pictures: it has to be started with --mmproj`,
      );
  }

  /**
   * Resolves if it has a slot for a request: one more would wait there, within the time limit of its page.
   *
   * @throws ProviderError `rate_limited` if not.
   */
  async slot(signal: AbortSignal): Promise<void> {
    const busy = await this.#get('/slots?fail_on_no_slot=1', signal, [...NOT_THERE, 503]);
    if (/no slot/i.test(JSON.stringify(busy)))
      throw new ProviderError('rate_limited', `${VENDOR} has no slot left`, BUSY_MS);
  }

  /** The models that it serves; none if it does not say. */
  async models(signal: AbortSignal): Promise<readonly ListedModel[]> {
    return models.safeParse(await this.#get('/v1/models', signal)).data?.data ?? [];
  }

  /** The name of the model that it serves; null if it does not say. */
  async model(signal: AbortSignal): Promise<string | null> {
    return (await this.models(signal))[0]?.id ?? null;
  }

  /** The answer as JSON; its text if it is none. `taken`: statuses that are no errors here. */
  #get(path: string, signal: AbortSignal, taken: readonly number[] = []): Promise<unknown> {
    return this.#errors.call(signal, async () => {
      const answer = await vendorFetch(`${this.#root}${path}`, { headers: this.#headers, signal });
      const { ok, status, headers } = answer;
      const body = await answer.text();
      if (!ok && !taken.includes(status)) throw this.#errors.of({ status, headers, body });
      return ok ? JSON.parse(body) : body;
    });
  }
}
