import { expect, it } from 'vitest';
import { PROVIDER_NAME } from './providers.ts';
import {
  DEAD_LETTER_TOPIC,
  DELETIONS_TOPIC,
  JOB_EVENTS_TOPIC,
  PROGRESS_TOPIC,
  PROVIDERS_TOPIC,
  requestsGroup,
  requestsTopic,
  topicSpec,
} from './topics.ts';

it('keeps requests and events until they are done with, dead letters for a month, and progress for an hour', () => {
  const monthMs = 30 * 24 * 60 * 60 * 1_000;
  const topics = [JOB_EVENTS_TOPIC, DELETIONS_TOPIC, requestsTopic('a')];
  expect([...topics, DEAD_LETTER_TOPIC, PROVIDERS_TOPIC, PROGRESS_TOPIC].map(topicSpec)).toEqual([
    { name: 'ocr.job-events' },
    { name: 'ocr.deletions' },
    { name: 'ocr.requests.a' },
    { name: 'ocr.dead-letters', retentionMs: monthMs },
    { name: 'ocr.providers', compacted: true },
    { name: 'ocr.progress', retentionMs: 3_600_000 },
  ]);
});

it('keeps the bulk of a provider apart from what somebody waits for', () => {
  expect([requestsTopic('a'), requestsTopic('a', 'bulk')]).toEqual(['ocr.requests.a', 'ocr.requests.a.bulk']);
  expect([requestsGroup('a'), requestsGroup('a', 'bulk')]).toEqual(['ocr-a', 'ocr-a.bulk']);
  expect(PROVIDER_NAME.test('a.bulk')).toBe(false);
});
