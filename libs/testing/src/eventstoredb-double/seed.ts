import type { ProposedEvent } from './events.ts';

const THIRTY_DAYS_S = 2_592_000;

/**
 * The event that a new database has in its log before anybody writes: a stream of the system, which `$all` shows too.
 */
export const firstEvent = (id: string): readonly [stream: string, event: ProposedEvent] => [
  '$$$scavenges',
  {
    id,
    type: '$metadata',
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify({ $maxAge: THIRTY_DAYS_S })),
    metadata: new Uint8Array(),
  },
];
