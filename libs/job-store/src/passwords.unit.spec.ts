import { expect, test } from 'vitest';
import { MAX_PASSWORD_BYTES, openPassword, ownerOfPassword, sealPassword } from './passwords.ts';

const secret = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const place = { uid: 'uid', fileId: 1, key: 'passwords/uid/7/a' };
const longest = 'ß'.repeat(MAX_PASSWORD_BYTES / 2);

test.each(['hunter2', '密码 naïve', longest])('what is sealed opens with the secret: %s', (password) => {
  expect(openPassword(sealPassword(password, secret, place), [secret], place)).toBe(password);
});

test('what is sealed shows neither the password nor its length, and is another each time', () => {
  const sealed = [sealPassword('a', secret, place), sealPassword(longest, secret, place)];
  expect(sealed[0]?.length).toBe(sealed[1]?.length);
  const same = ['hunter2', 'hunter2'].map((password) => sealPassword(password, secret, place));
  expect(same[0]).not.toEqual(same[1]);
  expect(same[0]?.includes('hunter2')).toBe(false);
});

test('it opens with the secret before as well, and with no other one', () => {
  const sealed = sealPassword('hunter2', other, place);
  expect(openPassword(sealed, [secret, other], place)).toBe('hunter2');
  expect(openPassword(sealed, [secret], place)).toBeNull();
  expect(openPassword(sealed, [], place)).toBeNull();
});

test.each([
  ['another job', { ...place, uid: 'other' }],
  ['another file', { ...place, fileId: 2 }],
  ['another object', { ...place, key: 'passwords/uid/7/b' }],
])('it opens for %s no more', (_, elsewhere) => {
  expect(openPassword(sealPassword('hunter2', secret, place), [secret], elsewhere)).toBeNull();
});

test('what was changed in any byte, cut or is of another format opens no more', () => {
  const sealed = sealPassword('hunter2', secret, place);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(openPassword(changed, [secret], place), `byte ${at}`).toBeNull();
  }
  expect(openPassword(sealed.subarray(0, -1), [secret], place)).toBeNull();
  expect(openPassword(new Uint8Array(), [secret], place)).toBeNull();
});

test('a password that is too long is never sealed in part', () => {
  expect(() => sealPassword(`${longest}a`, secret, place)).toThrow(RangeError);
});

test('a key says whose password is under it', () => {
  expect(ownerOfPassword(place.key)).toEqual({ uid: 'uid', jobId: 7 });
  expect(ownerOfPassword('jobs/uid/7/a')).toBeNull();
});
