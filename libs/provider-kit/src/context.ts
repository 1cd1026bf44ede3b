import type { Cost } from '@inkstream/domain';
import type { EventStore, StoreClock } from '@inkstream/event-store';
import type { KnownJobs, PasswordSecrets } from '@inkstream/job-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import type { Logger } from '@inkstream/service-kit';
import type { Circuit } from './circuit.ts';
import type { EnginePool } from './engine-pool.ts';
import type { Lanes } from './lanes.ts';
import type { Spending } from './limits/spending.ts';
import type { pageMetrics } from './page-metrics.ts';
import type { ResultKeeper } from './persist.ts';
import type { ProviderDefinition } from './provider.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What a running provider is made of; each part of the kit takes what it needs of it. */
export interface ProviderContext {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly bus: MessageBus;
  /** Of the passwords of documents. */
  readonly secrets: PasswordSecrets;
  readonly pool: EnginePool;
  readonly circuit: Circuit;
  readonly lanes: Lanes;
  readonly keeper: ResultKeeper;
  readonly policy: RetryPolicy;
  /** The most that an execution may cost. */
  readonly maxCost: Cost | undefined;
  /** What of the provider decides on what it reads. */
  readonly reader: Pick<ProviderDefinition, 'name' | 'version' | 'model' | 'settings'>;
  /** Jobs whose results were looked for. */
  readonly knownJobs: KnownJobs;
  /** What all executions cost today. */
  readonly spending: Spending;
  /** Who works here, for events and announcements: a random id. */
  readonly worker: string;
  /** Aborts once the service stops: what only waits gives way at once. */
  readonly stopping: AbortSignal;
  readonly log: Logger;
  /** This process's clock, for what nobody else compares with another one. */
  readonly now: () => Date;
  /** What all processes go by. */
  readonly storeClock: StoreClock;
  /** A clock that no one sets, ms. */
  readonly clock: () => number;
  readonly random: () => number;
  /** Runs the work that reads so many pages, and measures it. */
  readonly timePages: ReturnType<typeof pageMetrics>;
}
