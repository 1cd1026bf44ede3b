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
  it('returns what the environment sets as values, and defaults for the rest', () => {
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

  it('accepts durations with a unit, or in ms, and refuses others', () => {
    const shape = { AGE: duration(1, 86_400_000 * 30) };
    const ages = ['7d', '24h', '30m', '10s', '500ms', '1500'].map((AGE) => readConfig(shape, { AGE }).AGE);
    expect(ages).toEqual([604_800_000, 86_400_000, 1_800_000, 10_000, 500, 1_500]);
    for (const AGE of ['7 d', '1w', '-1d', '1.5h', 'd', '0', '31d'])
      expect(refusal(shape, { AGE })).toContain('AGE');
  });

  it('treats an empty variable as absent', () => {
    expect(readConfig(serverConfig, { PORT: '', HOST: '' })).toMatchObject({ PORT: 3000, HOST: '127.0.0.1' });
    expect(refusal({ NEEDED: z.string() }, { NEEDED: '' })).toMatch(/NEEDED: is needed$/);
  });

  it('names each bad variable, what is wrong with it and what it is', () => {
    const message = refusal(serverConfig, { PORT: '70000', LOG_LEVEL: 'loud' });
    expect(message).toMatch(/PORT: .*65535.*"70000"/);
    expect(message).toMatch(/LOG_LEVEL: must be trace, debug, info, .* or silent .*"loud"/);
    expect(message).not.toContain('HOST');
  });

  it.each(['80.5', '-1', '8e3', '0x50', ' 80', 'NaN', '99999999999999999999'])(
    'refuses %j as a port',
    (PORT) => {
      expect(refusal(serverConfig, { PORT })).toContain('PORT: ');
    },
  );

  it('enforces both bounds of a number', () => {
    const shape = { N: wholeNumber(1, 10) };
    expect([readConfig(shape, { N: '1' }).N, readConfig(shape, { N: '10' }).N]).toEqual([1, 10]);
    expect([refusal(shape, { N: '0' }), refusal(shape, { N: '11' })]).not.toContain('accepted');
  });

  it('accepts no flag but true and false', () => {
    expect(refusal({ F: flag }, { F: 'yes' })).toContain('F: ');
  });

  it.each([
    ['INKSTREAM_DATADIR', 'INKSTREAM_DATA_DIR'],
    ['INKSTREAM_MOOD', 'INKSTREAM_MODE'],
    ['INKSTREAM_PORT', 'PORT'],
    ['INKSTREAM_HOSTS', 'HOST'],
  ])('reports %s, and asks whether %s is meant', (name, meant) => {
    expect(refusal(serverConfig, { [name]: 'some' })).toContain(
      `${name}: there is no such variable; is ${meant} meant?`,
    );
  });

  it('ignores what Compose, tests and Kubernetes set', () => {
    const others = {
      INKSTREAM_TAG: 'dev',
      INKSTREAM_PULL_IMAGES: 'true',
      INKSTREAM_GATEWAY_SERVICE_HOST: '10.0.0.1',
      INKSTREAM_GATEWAY_PORT: 'tcp://10.0.0.1:80',
      INKSTREAM_GATEWAY_PORT_80_TCP_ADDR: '10.0.0.1',
      INKSTREAM_MODE: 'embedded',
    };
    expect(refusal(serverConfig, others)).toBe('accepted');
  });

  it('says in plain words what a variable must be', () => {
    const shape = {
      URL: z.url(),
      NAME: z.string().min(3).max(63),
      N: wholeNumber(1, 9),
      MODE: z.enum(['a', 'b']),
    };
    expect(refusal(shape, { URL: 'here', NAME: 'x', N: '10', MODE: 'c' }).split('\n').slice(1)).toEqual([
      '  URL: must be a URL such as http://host:9000',
      '  NAME: must have at least 3 characters (it is "x")',
      '  N: must be a whole number from 1 to 9 (it is "10")',
      '  MODE: must be a or b (it is "c")',
    ]);
    expect(refusal(serverConfig, { TRUST_PROXY: 'nginx' })).toMatch(
      /TRUST_PROXY: must be a number of hops, or addresses .*; "nginx" is not/,
    );
  });

  it('shows no secret', () => {
    const shape = { OPENAI_API_KEY: z.string().min(20), MONGODB_URL: z.url(), S3_SECRET: z.string().min(20) };
    const message = refusal(shape, { OPENAI_API_KEY: 'hush', MONGODB_URL: 'hush', S3_SECRET: 'hush' });
    expect(message).toContain('OPENAI_API_KEY');
    expect(message).not.toContain('hush');
  });
});
