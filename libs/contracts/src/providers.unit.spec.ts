import { describe, expect, it } from 'vitest';
import { providerAnnouncementSchema, providerSchema, serviceOf } from './providers.ts';
import { DEAD_LETTER_TOPIC, JOB_EVENTS_TOPIC, PROVIDERS_TOPIC, requestsTopic } from './topics.ts';

const provider = {
  name: 'paddle-ocr-local',
  version: '1.0.0',
  description: 'PP-OCR on this machine',
  accepts: ['image/png'],
  limits: { maxBytes: 1, maxPages: 1 },
};
const named = (name: string) => providerSchema.safeParse({ ...provider, name }).success;

describe('a provider', () => {
  it('has a name that is safe in paths, form fields and topics', () => {
    for (const name of ['mistral', 'paddle-ocr-local', '9', 'x'.repeat(50)]) expect(named(name)).toBe(true);
    const bad = ['', '-x', 'X', 'a b', 'a/b', 'a.b', 'a_b', 'ä', 'a\n', '../x', '__proto__', 'x'.repeat(51)];
    for (const name of bad) expect([name, named(name)]).toEqual([name, false]);
  });

  it('takes something', () => {
    for (const limits of [{ maxBytes: 0, maxPages: 1 }, { maxBytes: 1, maxPages: 0 }, {}])
      expect(providerSchema.safeParse({ ...provider, limits }).success).toBe(false);
  });

  it('has other names that are safe in form fields, and no comma', () => {
    const aliased = (...aliases: string[]) => providerSchema.safeParse({ ...provider, aliases }).success;
    expect(aliased('paddleOcrLocal', 'Paddle_OCR', 'x'.repeat(50))).toBe(true);
    for (const bad of ['', 'a,b', 'a b', '-a', '__proto__', 'ä', 'x'.repeat(51)])
      expect([bad, aliased('paddleOcrLocal', bad)]).toEqual([bad, false]);
  });

  it('says for how long it counts, and is ready unless it says otherwise', () => {
    const announced = { ...provider, instance: 'one', lifetimeMs: 30_000 };
    expect(providerAnnouncementSchema.parse(announced)).toEqual({ ...announced, state: 'ready' });
    const paused = { state: 'paused', reason: 'No credit', since: '2026-11-24T12:00:00.000Z' };
    expect(providerAnnouncementSchema.parse({ ...announced, ...paused })).toEqual({
      ...announced,
      ...paused,
    });
    expect(providerAnnouncementSchema.safeParse(provider).success).toBe(false);
  });
});

it('with ocr anywhere in its name has a service that says it once', () => {
  expect(
    ['paddle-ocr-local', 'paddle-ocr-api', 'tesseract', 'ocr-x', 'xai-grok', 'ocrad'].map(serviceOf),
  ).toEqual(['ocr-paddle-local', 'ocr-paddle-api', 'ocr-tesseract', 'ocr-x', 'ocr-xai-grok', 'ocr-ocrad']);
});

it('has topics that Kafka takes, each another one', () => {
  const topics = [JOB_EVENTS_TOPIC, DEAD_LETTER_TOPIC, PROVIDERS_TOPIC, requestsTopic('x'.repeat(50))];
  for (const topic of topics) expect(topic).toMatch(/^[A-Za-z0-9._-]{1,249}$/);
  expect(new Set([...topics, requestsTopic('mistral')]).size).toBe(5);
});
