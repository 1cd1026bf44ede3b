import { expect, it } from 'vitest';
import { isMail } from './mail-head.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const lines = (...of: string[]) => bytes(of.join('\r\n'));

it.each([
  ['a mail', lines('From: a@example.com', 'Date: Mon, 30 Nov 2026 12:00:00 +0000', '', 'Hello')],
  ['one with long and folded fields', lines('Received: from a', '\tby b', 'Subject: =?utf-8?q?a?=', '', 'b')],
  [
    'one whose header is longer than what is looked at',
    lines(
      'Return-Path: <a>',
      `DKIM-Signature: ${'x'.repeat(70)}`,
      ...Array.from({ length: 99 }, () => ` ${'y'.repeat(70)}`),
    ),
  ],
  ['one with line feeds alone', bytes('mime-version: 1.0\nCONTENT-TYPE: text/plain\n\nHello')],
  ['one of a mailbox file', lines('From a@example.com Mon Nov 30', 'From: a', 'To: b', '', 'c')],
  ['one without a body', lines('From: a', 'Subject: b', '')],
])('knows %s', (_, file) => expect(isMail(file)).toBe(true));

it.each([
  ['a text', bytes('Dear Sir,\nFrom: a\nDate: b\n')],
  ['an answer of HTTP', lines('Date: Mon, 30 Nov 2026 12:00:00 GMT', 'Content-Type: text/html', '', '<p>')],
  ['settings', bytes('from: a\ncolour: red\n\n')],
  ['a field alone', bytes('From: a\n\nSubject: b\n')],
  ['fields with something between', bytes('From: a\n<html>\nSubject: b\n\n')],
  ['nothing', bytes('')],
  ['lines without names', bytes(': a\n: b\n\n')],
])('takes %s for none', (_, file) => expect(isMail(file)).toBe(false));
