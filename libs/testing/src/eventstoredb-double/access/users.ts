import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { EventLog } from '../event-log.ts';
import type { Expectation, ProposedEvent } from '../events.ts';
import type { User } from './rights.ts';

export interface NewUser extends User {
  readonly fullName: string;
  readonly password: string;
}

interface StoredUser extends User {
  readonly salt: string;
  readonly hash: string;
}

/** Few: the users of a double are there for tests. */
const ITERATIONS = 100;
const hashOf = (password: string, salt: string): Buffer =>
  pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');

const streamOf = (name: string): string => `$user-${name}`;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const stored = (data: Uint8Array | undefined): StoredUser | undefined => {
  if (data === undefined) return undefined;
  const { loginName, groups, salt, hash } = JSON.parse(Buffer.from(data).toString('utf8'));
  const names = Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
  return { name: text(loginName), groups: names, salt: text(salt), hash: text(hash) };
};

/** What says, in its own stream, who a user is. */
const userEvent = (type: string, { newId }: Clock, user: NewUser): ProposedEvent => {
  const { name: loginName, fullName, groups, password } = user;
  const salt = randomBytes(16).toString('base64');
  const hash = hashOf(password, salt).toString('base64');
  const data = { loginName, fullName, groups, salt, hash, disabled: false };
  return {
    id: newId(),
    type,
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify(data)),
    metadata: new Uint8Array(),
  };
};

/** The users that a log knows: each has a stream of the system, whose last event counts. */
export class Users {
  readonly #log: EventLog;
  readonly #clock: Clock;
  /** Headers that were right, with the hash that they were right for. */
  readonly #checked = new Map<string, string>();

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  find(name: string): User | undefined {
    return stored(this.#log.reader.lastData(streamOf(name)));
  }

  /** The user of a header of basic authentication; undefined if there is none of that name and password. */
  authenticate(authorization: string): User | undefined {
    const [, encoded = ''] = /^Basic\s+(\S+)$/i.exec(authorization) ?? [];
    const [, name = '', password = ''] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    const user = stored(this.#log.reader.lastData(streamOf(name)));
    if (user === undefined || this.#checked.get(authorization) === user.hash) return user;
    if (!timingSafeEqual(hashOf(password, user.salt), Buffer.from(user.hash, 'base64'))) return undefined;
    this.#checked.set(authorization, user.hash);
    return user;
  }

  /** Whether it was added: not so if there is one of that name. `to` is the log that takes writes. */
  add(user: NewUser, to: EventLog): Promise<boolean> {
    return this.#write('$UserCreated', user, 'no_stream', to);
  }

  /** Changes the password, or the groups, of a user that there is. */
  change(user: NewUser, to: EventLog): Promise<boolean> {
    return this.#write('$UserUpdated', user, 'stream_exists', to);
  }

  async #write(type: string, user: NewUser, expected: Expectation, to: EventLog): Promise<boolean> {
    const event = userEvent(type, this.#clock, user);
    return (await to.append(streamOf(user.name), expected, [event])).kind === 'appended';
  }
}
