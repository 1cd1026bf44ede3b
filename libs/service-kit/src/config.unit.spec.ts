import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, duration, flag, readConfig, serverConfig, wholeNumber } from './config.ts';

const refusal = (shape: z.ZodRawShape, env: Record<string, string>): string => {
  try {
    readConfig(shape, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
};

describe('the configuration', () => {
  it('gives what the environment says as values, and defaults where it says nothing', () => {
    expect(readConfig({ ...serverConfig, DEBUG: flag.default(false) }, { PORT: '0', DEBUG: 'true' })).toEqual(
      {
        PORT: 0,
        HOST: '127.0.0.1',
        MAX_CONNECTIONS: 2_000,
        MIN_REQUEST_RATE: 1_024,
        MIN_REQUEST_RATE_WINDOW_MS: 30_000,
        LOG_LEVEL: 'info',
        DEBUG: true,
      },
    );
  });

  it('takes durations with their unit, or as ms, and refuses others', () => {
    const shape = { AGE: duration(1, 86_400_000 * 30) };
    const ages = ['7d', '24h', '30m', '10s', '500ms', '1500'].map((AGE) => readConfig(shape, { AGE }).AGE);
    expect(ages).toEqual([604_800_000, 86_400_000, 1_800_000, 10_000, 500, 1_500]);
    for (const AGE of ['7 d', '1w', '-1d', '1.5h', 'd', '0', '31d']) expect(refusal(shape, { AGE })).toContain('AGE');
  });

  it('takes an empty variable for an absent one', () => {
    expect(readConfig(serverConfig, { PORT: '', HOST: '' })).toMatchObject({ PORT: 3000, HOST: '127.0.0.1' });
    expect(refusal({ NEEDED: z.string() }, { NEEDED: '' })).toMatch(/NEEDED: is needed$/);
  });

  it('names each bad variable, what is wrong with it and what it is', () => {
    const message = refusal(serverConfig, { PORT: '70000', LOG_LEVEL: 'loud' });
    expect(message).toMatch(/PORT: .*65535.*"70000"/);
    expect(message).toMatch(/LOG_LEVEL: .*"info".*"loud"/);
    expect(message).not.toContain('HOST');
  });

  it.each(['80.5', '-1', '8e3', '0x50', ' 80', 'NaN', '99999999999999999999'])(
    'takes %j for no port',
    (PORT) => {
      expect(refusal(serverConfig, { PORT })).toContain('PORT: ');
    },
  );

  it('keeps both bounds of a number', () => {
    const shape = { N: wholeNumber(1, 10) };
    expect([readConfig(shape, { N: '1' }).N, readConfig(shape, { N: '10' }).N]).toEqual([1, 10]);
    expect([refusal(shape, { N: '0' }), refusal(shape, { N: '11' })]).not.toContain('accepted');
  });

  it('takes no flag but true and false', () => {
    expect(refusal({ F: flag }, { F: 'yes' })).toContain('F: ');
  });

  it('shows no secret', () => {
    const shape = { OPENAI_API_KEY: z.string().min(20), MONGODB_URL: z.url(), S3_SECRET: z.string().min(20) };
    const message = refusal(shape, { OPENAI_API_KEY: 'hush', MONGODB_URL: 'hush', S3_SECRET: 'hush' });
    expect(message).toContain('OPENAI_API_KEY');
    expect(message).not.toContain('hush');
  });
});
