import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from './events.ts';

const event = (type: string, data: object): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: new Uint8Array(),
});

/** What a new database has in its log before anybody writes: streams of the system, which `$all` shows too. */
export const systemStreams = (): readonly (readonly [stream: string, event: ProposedEvent])[] => [
  ['$$$stats-127.0.0.1:2113', event('$metadata', { $maxAge: 86_400 })],
  ['$stats-127.0.0.1:2113', event('$statsCollected', { 'proc-id': 1, 'es-queue': 0 })],
  ['$$$user-admin', event('$metadata', { $acl: { $r: '$admins', $w: '$admins', $d: '$admins' } })],
  [
    '$user-admin',
    event('$UserCreated', { loginName: 'admin', fullName: 'Administrator', groups: ['$admins'] }),
  ],
  ['$users', event('$User', { loginName: 'admin' })],
];
