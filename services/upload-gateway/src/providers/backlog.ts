import { type Backlog, backlogSchema, type ListedBacklog } from '@inkstream/contracts';
import { CONTEXT_HEADER, type RequestContext, signContext, tracedFetch } from '@inkstream/service-kit';

/** Asks for the requests that wait, on behalf of this caller. */
export type AskBacklog = (caller: RequestContext, signal: AbortSignal) => Promise<Backlog>;

/** Asks query-api, whose address and secret these are. */
export const backlogFrom =
  (queryApiUrl: string, secret: string | undefined): AskBacklog =>
  async (caller, signal) => {
    const headers = secret === undefined ? {} : { [CONTEXT_HEADER]: signContext(caller, secret) };
    const response = await tracedFetch(fetch)(new URL('/internal/backlog', queryApiUrl), { headers, signal });
    if (!response.ok) throw new Error(`The backlog is answered with ${response.status}`);
    return backlogSchema.parse(await response.json());
  };

/** So long an answer serves, ms, and so long it is waited for: a list of providers is worth no more. */
const [FRESH_MS, LIMIT_MS] = [5_000, 1_000];

export interface RecentBacklogOptions {
  readonly ask: AskBacklog;
  /** A monotonic clock, ms. */
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
  readonly limitMs?: number;
}

/**
 * The backlog of no more than 5 s ago; all who ask meanwhile share one answer. Null if there is none in time, which is
 * not asked for again for as long either.
 */
export function recentBacklog({ ask, now, onFailure, limitMs = LIMIT_MS }: RecentBacklogOptions) {
  let latest: { readonly at: number; readonly answer: Promise<Backlog | null> } | undefined;
  return (caller: RequestContext): Promise<Backlog | null> => {
    if (!latest || now() - latest.at >= FRESH_MS) {
      const answer = ask(caller, AbortSignal.timeout(limitMs)).catch((error) => {
        onFailure(error);
        return null;
      });
      latest = { at: now(), answer };
    }
    return latest.answer;
  };
}

/** What waits for one provider at this time; undefined if that is not known. */
export function listedBacklog(
  { providers, isWhole }: Backlog,
  provider: string,
  at: Date,
): ListedBacklog | undefined {
  const waiting = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (!waiting) return isWhole ? { requests: 0 } : undefined;
  const oldestAgeS = Math.max(0, Math.round((at.getTime() - Date.parse(waiting.oldestAt)) / 1_000));
  return { requests: waiting.requests, ...(!isWhole && { requestsIsAtLeast: true as const }), oldestAgeS };
}
