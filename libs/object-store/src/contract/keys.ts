import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { bytesOf } from './bodies.ts';
import { keysOf } from './subject.ts';

const text = (value: string) => Buffer.from(value);

/** Which keys are taken, and that no others lead anywhere. */
export function keysContract(current: () => ObjectStore): void {
  describe('keys', () => {
    const calls = (key: string) => [
      () => current().put(key, text('x')),
      () => current().get(key),
      () => current().delete(key),
      () => current().deletePrefix(`${key}/`),
      () => keysOf(current(), `${key}/`),
    ];
    const refuse = async (key: string) => {
      for (const call of calls(key)) await expect(call()).rejects.toMatchObject({ name: 'InvalidKeyError' });
    };

    it('refuses those that escape, hide, or are not plain', async () => {
      const bad = [
        '',
        '/',
        '.',
        '..',
        '../x',
        'a/../b',
        '/etc/passwd',
        'a//b',
        'a/',
        '.tmp/x',
        'a/.b',
        'a\\b',
      ];
      const worse = [
        'a b',
        'a\n',
        'a\0',
        'ä',
        '領収書',
        'a%2e',
        'a:b',
        'a'.repeat(256),
        'a/'.repeat(600).concat('a'),
      ];
      for (const key of [...bad, ...worse]) await refuse(key);
      await expect(current().deletePrefix('')).rejects.toMatchObject({ name: 'InvalidKeyError' });
      await expect(current().deletePrefix('jobs')).rejects.toMatchObject({ name: 'InvalidKeyError' });
      expect(await keysOf(current())).toEqual([]);
    });

    it('refuses any text that is no key', async () => {
      const piece = fc.oneof(
        fc.constantFrom('..', '.', '/', '\\', '\0', 'a', '%2f', '\n', '~'),
        fc.string({ unit: 'grapheme' }),
      );
      const key = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
      const isKey = (value: string) =>
        value.split('/').every((segment) => /^[\w-][\w.-]*$/.test(segment) && !segment.endsWith('\n'));
      await fc.assert(
        fc.asyncProperty(
          key.filter((value) => !isKey(value)),
          refuse,
        ),
        { numRuns: 200 },
      );
    });

    it('takes every key', async () => {
      const segment = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,30}$/);
      const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
      const roundTrip = async (one: string) => {
        await current().put(one, text(one));
        expect(await keysOf(current())).toEqual([one]);
        expect((await bytesOf(await current().get(one))).toString()).toBe(one);
        await current().delete(one);
      };
      await fc.assert(fc.asyncProperty(key, roundTrip), { numRuns: 40 });
    });
  });
}
