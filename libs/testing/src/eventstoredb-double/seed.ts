import type { ProposedEvent } from './events.ts';

const event = (id: string, type: string, data: object): ProposedEvent => ({
  id,
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: new Uint8Array(),
});

/** What a new database has in its log before anybody writes: streams of the system, which `$all` shows too. */
export const systemStreams = (
  newId: () => string,
): readonly (readonly [stream: string, event: ProposedEvent])[] => [
  ['$$$stats-127.0.0.1:2113', event(newId(), '$metadata', { $maxAge: 86_400 })],
  ['$stats-127.0.0.1:2113', event(newId(), '$statsCollected', { 'proc-id': 1, 'es-queue': 0 })],
  ['$$$user-admin', event(newId(), '$metadata', { $acl: { $r: '$admins', $w: '$admins', $d: '$admins' } })],
  [
    '$user-admin',
    event(newId(), '$UserCreated', { loginName: 'admin', fullName: 'Administrator', groups: ['$admins'] }),
  ],
  ['$users', event(newId(), '$User', { loginName: 'admin' })],
];
