import type { Clock } from '../clock.ts';
import type { EventLog } from '../event-log.ts';
import { accessDenied, unauthenticated } from '../trailers.ts';
import { isAllowed, type Operation, type User } from './rights.ts';
import { Users } from './users.ts';

/** Who gave the header of basic authentication, if anybody did. */
export interface Credentials {
  readonly authorization: string | undefined;
}

/** Who may do what. Its methods throw a `CallError` if somebody may not. */
export interface Access {
  /** Undefined on a server that asks nobody who he is. */
  readonly users: Users | undefined;
  /** Refuses a wrong password, and an unknown name. */
  authenticate(who: Credentials): User | undefined;
  check(who: Credentials, operation: Operation, stream: string): void;
}

/** An insecure server: everybody may do all, and credentials are ignored. */
export const OPEN: Access = { users: undefined, authenticate: () => undefined, check: () => undefined };

export interface Security {
  /** Of the users `admin` and `ops`. Default: `changeit`. */
  readonly password?: string;
}

/** A secured server: nobody may do anything without a name and a password. */
export const securedBy = (log: EventLog, clock: Clock): Access => {
  const users = new Users(log, clock);
  const authenticate = ({ authorization }: Credentials) => {
    if (authorization === undefined) return undefined;
    const user = users.authenticate(authorization);
    if (user === undefined) throw unauthenticated();
    return user;
  };
  return {
    users,
    authenticate,
    check: (who, operation, stream) => {
      const user = authenticate(who);
      if (user === undefined || !isAllowed(log.reader, user, operation, stream)) throw accessDenied();
    },
  };
};

/** Adds the users that every secured server has, unless they are there. */
export const addFirstUsers = async (users: Users, { password = 'changeit' }: Security, to: EventLog) => {
  for (const [name, fullName, group] of [
    ['admin', 'Event Store Administrator', '$admins'],
    ['ops', 'Event Store Operations', '$ops'],
  ] as const) {
    await users.add({ name, fullName, groups: [group], password }, to);
  }
};
