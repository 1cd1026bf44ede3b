import { expect, it } from 'vitest';
import { warningOfAbsent } from './absent.ts';

const running = [{ name: 'paddle-ocr-local' }, { name: 'tesseract' }];

it('providers that auto asks and that do not run here are named', () => {
  const warning = warningOfAbsent({ AUTO_PROVIDERS: ['tesseract', 'mistral', 'opneai'] }, running);
  expect(warning).toContain('AUTO_PROVIDERS names what does not run in this process: mistral, opneai;');
});

it('there is no warning without auto, or if all of them run', () => {
  expect(warningOfAbsent({}, running)).toBeUndefined();
  expect(warningOfAbsent({ AUTO_PROVIDERS: ['tesseract', 'paddle-ocr-local'] }, running)).toBeUndefined();
});
