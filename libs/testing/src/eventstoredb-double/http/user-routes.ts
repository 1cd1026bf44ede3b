import type { Access } from '../access/access.ts';
import type { NewUser, Users } from '../access/users.ts';
import type { Membership } from '../membership.ts';
import type { Answer, Request, Route } from './http-api.ts';

const fieldsOf = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? { ...body } : {};

const isText = (value: unknown): value is string => typeof value === 'string';

const newUser = (name: unknown, body: unknown): NewUser | undefined => {
  const { fullName, groups, password, newPassword } = fieldsOf(body);
  const secret = password ?? newPassword;
  if (!isText(name) || name === '' || !isText(secret)) return undefined;
  const names = Array.isArray(groups) ? groups.filter(isText) : [];
  return { name, fullName: isText(fullName) ? fullName : name, groups: names, password: secret };
};

/** How administrators manage users: `POST /users/`, `GET /users/NAME`, `POST /users/NAME/command/reset-password`. */
export const userRoutes = ({ users }: Access, membership: Membership): Record<string, Route> => {
  const asAdmin =
    (serve: (users: Users, request: Request, name: string) => Promise<Answer> | Answer): Route =>
    (request, name) => {
      if (users === undefined) return { status: 404 };
      if (request.user?.groups.includes('$admins') !== true) return { status: 401 };
      return serve(users, request, name);
    };
  const add = asAdmin(async (known, { body }) => {
    const user = newUser(fieldsOf(body).loginName, body);
    if (user === undefined) return { status: 400 };
    return { status: (await membership.write(false, (log) => known.add(user, log))) ? 201 : 409 };
  });
  return {
    'POST /users/': add,
    'POST /users': add,
    'GET /users/:name': asAdmin((known, _request, name) => {
      const user = known.find(name);
      if (user === undefined) return { status: 404 };
      return { status: 200, body: { data: { loginName: user.name, groups: user.groups }, success: true } };
    }),
    'POST /users/:name/command/reset-password': asAdmin(async (known, { body }, name) => {
      const [found, changed] = [known.find(name), newUser(name, body)];
      if (found === undefined) return { status: 404 };
      if (changed === undefined) return { status: 400 };
      const user = { ...changed, groups: found.groups };
      return { status: (await membership.write(false, (log) => known.change(user, log))) ? 200 : 404 };
    }),
  };
};
