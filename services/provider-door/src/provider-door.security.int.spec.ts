import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretsOf } from './config.ts';
import { type OpenDoor, OTHER_SECRET, openDoor, SECRET } from './spec-support/open-door.ts';

let door: OpenDoor;
beforeEach(async () => {
  door = await openDoor('the picture of a receipt');
});
afterEach(() => door.close());

const calls = [
  ['GET', ''],
  ['GET', '/document'],
  ['POST', '/attempts'],
  ['PUT', '/attempts/1/pages/1'],
  ['POST', '/attempts/1/completion'],
  ['POST', '/attempts/1/failure'],
  ['DELETE', '/attempts/1'],
] as const;

describe('the door for providers', () => {
  it('opens for nothing but the secret of the provider that is named, whatever is called', async () => {
    const wrong = [
      { secret: '' },
      { secret: `${SECRET}x` },
      { secret: OTHER_SECRET },
      { provider: 'other' },
      { provider: 'nobody' },
      { provider: 'nobody', secret: '' },
    ];
    for (const [method, path] of calls)
      for (const as of wrong) {
        const response = await door.call(method, door.path + path, as);
        expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
        expect(await response.json()).toMatchObject({ details: "The secret is not this provider's" });
      }
    expect((await fetch(`${door.url}/health`)).status).toBe(200);
  });

  it('has no request of another provider behind it, nor one that only its id is known of', async () => {
    const other = { provider: 'other', secret: OTHER_SECRET };
    const begin = { body: { worker: 'w' } };
    expect((await door.call('POST', `${door.path}/attempts`, { ...other, ...begin })).status).toBe(404);
    expect((await door.call('GET', `${door.path}/document`, other)).status).toBe(404);
    const guessed = door.path.replace('0193b1c4', '0193b1c5');
    expect((await door.call('GET', `${guessed}/document`)).status).toBe(410);
  });

  it('takes no secrets that are short, doubled, or of no provider, and repeats none of them', () => {
    for (const text of [
      'acme=short',
      `acme=${SECRET},acme=${OTHER_SECRET}`,
      `acme=${SECRET} two`,
      `No Name=${SECRET}`,
      SECRET,
    ]) {
      expect(() => secretsOf(text)).toThrow(/must be name=secret/);
      expect(() => secretsOf(text)).not.toThrow(new RegExp(`short|${SECRET}`));
    }
    expect(secretsOf(`acme=${SECRET}, other=${OTHER_SECRET}==`).get('other')).toBe(`${OTHER_SECRET}==`);
  });
});
