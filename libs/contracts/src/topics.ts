import type { Priority } from '@inkstream/domain';
import { serviceOf } from './providers.ts';

/** Every event of every job. */
export const JOB_EVENTS_TOPIC = 'ocr.job-events';
/** The deletions among them, for the eraser: they are few. */
export const DELETIONS_TOPIC = 'ocr.deletions';
/** What no consumer could handle. */
export const DEAD_LETTER_TOPIC = 'ocr.dead-letters';
/** The announcements of running providers, the latest of each one kept. */
export const PROVIDERS_TOPIC = 'ocr.providers';
/** How far providers are with documents of several pages: for whoever watches them now. */
export const PROGRESS_TOPIC = 'ocr.progress';
/**
 * The work for one provider: its ExecutionRequested events. Bulk work has a topic of its own, so it delays nobody. The
 * name of no provider has a dot in it, so no topic is two providers'.
 */
export const requestsTopic = (provider: string, priority: Priority = 'interactive'): string =>
  priority === 'bulk' ? `ocr.requests.${provider}.bulk` : `ocr.requests.${provider}`;

/** The consumer group that does the work for one provider: a group is of one topic. */
export const requestsGroup = (provider: string, priority: Priority = 'interactive'): string =>
  priority === 'bulk' ? `${serviceOf(provider)}.bulk` : serviceOf(provider);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the bus keeps the messages of a topic: structurally what `message-bus` takes. */
export type TopicRetention = {
  /** In ms, after which they go whether anybody read them or not. Without it they stay until every group has. */
  readonly retentionMs?: number;
  /** The latest message of each key is kept without limit. */
  readonly compacted?: boolean;
};

const retentions: Readonly<Record<string, TopicRetention>> = {
  [PROVIDERS_TOPIC]: { compacted: true },
  [PROGRESS_TOPIC]: { retentionMs: HOUR_MS },
  [DEAD_LETTER_TOPIC]: { retentionMs: 30 * DAY_MS },
};

/**
 * A topic as whoever uses it creates it: all in the same way, since the first one decides.
 *
 * Requests wait however long their provider is down, deletions until they are erased, and the feed however long one of
 * its consumers is away. A time limit would also keep the file names of deleted jobs longer than anybody needs them. So
 * they stay until every group has finished them, and soon go then; who comes later begins with what is there, and gets
 * the rest from the event store. Dead letters wait for a person, not for a group: they have a month.
 */
export const topicSpec = (name: string): { readonly name: string } & TopicRetention => ({
  name,
  ...retentions[name],
});

/** Every topic that there is, with those of these providers, as it is to be. */
export const topicsWith = (providers: readonly string[]): ReturnType<typeof topicSpec>[] =>
  [
    ...[JOB_EVENTS_TOPIC, DELETIONS_TOPIC, DEAD_LETTER_TOPIC, PROVIDERS_TOPIC, PROGRESS_TOPIC],
    ...providers.flatMap((name) => [requestsTopic(name), requestsTopic(name, 'bulk')]),
  ].map(topicSpec);
