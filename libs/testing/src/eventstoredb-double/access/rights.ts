import { metadataStreamOf, originalOf } from '../events.ts';
import type { LogReader } from '../log-reader.ts';

/** Who is known. Groups are roles: `$admins` may do all, `$ops` may scavenge. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export type Operation = 'read' | 'write' | 'delete';
type Right = '$r' | '$w' | '$d' | '$mr' | '$mw';

const ADMINS = '$admins';
/** Everybody who is known. */
const EVERYBODY = '$all';
const SETTINGS = '$settings';

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const json = (data: Uint8Array | undefined): Record<string, unknown> => {
  try {
    return data === undefined ? {} : fieldsOf(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch {
    return {};
  }
};

/** The roles that an access control list names for a right; undefined if it does not speak of it. */
const rolesIn = (acl: unknown, right: Right): readonly string[] | undefined => {
  const roles = fieldsOf(acl)[right];
  if (typeof roles === 'string') return [roles];
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : undefined;
};

const rightOf = (operation: Operation, isMetadata: boolean): Right => {
  if (isMetadata) return operation === 'read' ? '$mr' : '$mw';
  return operation === 'read' ? '$r' : operation === 'write' ? '$w' : '$d';
};

/**
 * Whether a user may do something with a stream: by the `$acl` of the stream's metadata, else by the defaults in the
 * stream `$settings`, else everybody may, but with streams of the system (`$all` too) only administrators.
 */
export const isAllowed = (
  reader: LogReader,
  { name, groups }: User,
  operation: Operation,
  stream: string,
): boolean => {
  if (groups.includes(ADMINS)) return true;
  const original = originalOf(stream);
  const target = original ?? stream;
  const right = rightOf(operation, original !== undefined);
  const isSystem = target.startsWith('$');
  const defaults = json(reader.lastData(SETTINGS))[isSystem ? '$systemStreamAcl' : '$userStreamAcl'];
  const roles = rolesIn(json(reader.lastData(metadataStreamOf(target))).$acl, right) ??
    rolesIn(defaults, right) ?? [isSystem ? ADMINS : EVERYBODY];
  return roles.some((role) => role === EVERYBODY || role === name || groups.includes(role));
};
