import type { ProviderList } from '@inkstream/contracts';
import { AUTO } from '@inkstream/domain';
import { withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { type Providers, withinLimit } from './acceptance.ts';
import { listedBacklog, type recentBacklog } from './backlog.ts';

export interface ListingDeps {
  readonly providers: Providers;
  /** Bytes: the gateway takes no larger file. */
  readonly maxFileBytes: number;
  readonly backlog: ReturnType<typeof recentBacklog> | undefined;
  readonly now: () => Date;
}

/** `GET /providers`: those that run, each with what it takes now and what waits for it. */
export const listProviders = ({ providers, maxFileBytes, backlog, now }: ListingDeps): RequestHandler =>
  withContext(async (caller, _request, response) => {
    const waiting = (await backlog?.(caller)) ?? null;
    const list: ProviderList = providers.list().map((one) => {
      // What waits, waits for a provider: whoever is asked now.
      const own = waiting && one.name !== AUTO && listedBacklog(waiting, one.name, now());
      return { ...withinLimit(one, maxFileBytes), ...(own && { backlog: own }) };
    });
    response.json(list);
  });
