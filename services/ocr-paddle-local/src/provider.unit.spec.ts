import { readConfig } from '@inkstream/service-kit';
import { describe, expect, it } from 'vitest';
import { paddleConfig, paddleLocal } from './provider.ts';

describe('paddle-ocr-local', () => {
  it('reads with the default models, one receipt per core, unless configured otherwise', () => {
    const { name, concurrency, engine } = paddleLocal(readConfig(paddleConfig, {}));
    expect(name).toBe('paddle-ocr-local');
    expect(concurrency).toBeGreaterThanOrEqual(1);
    expect(engine).toMatchObject({ options: { model: 'default' } });
  });

  it('takes the model and the threads from the environment', () => {
    const env = { PADDLE_OCR_MODEL: 'fast', PADDLE_OCR_THREADS: '3' };
    const { concurrency, engine } = paddleLocal(readConfig(paddleConfig, env));
    expect(concurrency).toBe(3);
    expect(engine).toMatchObject({ options: { model: 'fast' } });
  });

  it('reads every script, or those of the languages that are named', () => {
    const languagesOf = (env: Record<string, string>) => paddleLocal(readConfig(paddleConfig, env)).engine;
    expect(languagesOf({ OCR_LANGUAGES: 'en, ru zh-Hant' })).toMatchObject({
      options: { languages: ['en', 'ru', 'zh-Hant'] },
    });
    expect(languagesOf({})).not.toHaveProperty('options.languages');
    expect(languagesOf({ OCR_LANGUAGES: '' })).not.toHaveProperty('options.languages');
  });

  it('names a variable that it cannot use', () => {
    expect(() => readConfig(paddleConfig, { OCR_LANGUAGES: 'russisch!' })).toThrow(/OCR_LANGUAGES/);
    expect(() => readConfig(paddleConfig, { PADDLE_OCR_MODEL: 'best' })).toThrow(/PADDLE_OCR_MODEL/);
    expect(() => readConfig(paddleConfig, { PADDLE_OCR_THREADS: '0' })).toThrow(/PADDLE_OCR_THREADS/);
  });
});
