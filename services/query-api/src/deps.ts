import type { EventStore } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import type { ReadModel } from '@inkstream/read-model';
import type { Logger } from '@inkstream/service-kit';

/** What reads are served from. */
export interface QueryDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly objects: ObjectStore;
  readonly readModel: ReadModel;
  readonly log: Logger;
}
