/** A comment, which tells both ends that the other is there. */
export const HEARTBEAT = ':\n\n';

export interface ServerSentEvent {
  readonly event: string;
  /** What a client that connects again sends as `Last-Event-ID`; without one, it sends that of the event before. */
  readonly id?: string;
  readonly data: object;
}

/** An event as it stands in a `text/event-stream` (HTML Living Standard, 9.2). JSON holds no line break. */
export const formatEvent = ({ event, id, data }: ServerSentEvent): string =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
