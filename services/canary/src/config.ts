import { duration, parsedBy } from '@inkstream/service-kit';
import { z } from 'zod';

const HEADER = /^([\w!#$%&'*+.^`|~-]+): *([\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*)$/;

/** A header as it goes over the wire, `Name: value`, as the one entry of an object. */
function headerOf(text: string): Readonly<Record<string, string>> {
  const [, name, value] = HEADER.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new Error('must be a header such as X-Api-Key: secret');
  return { [name]: value };
}

const DAY_MS = 86_400_000;

export const canaryConfig = {
  /** Where clients find Inkstream. */
  CANARY_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000'),
  CANARY_PROVIDER: z.string().min(1).max(50).default('paddle-ocr-local'),
  /** From the beginning of one run to that of the next. */
  CANARY_INTERVAL: duration(1_000, DAY_MS).prefault('1m'),
  /** From the upload until its result has been read. */
  CANARY_TIMEOUT: duration(1_000, DAY_MS).prefault('1m'),
  /** What a proxy before the gateway asks of its clients. */
  CANARY_KEY_HEADER: z.string().transform(parsedBy(headerOf)).optional(),
};
