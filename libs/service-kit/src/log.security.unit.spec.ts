import { beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

const lines: string[] = [];
const log = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
beforeEach(() => {
  lines.length = 0;
});
const last = () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;

describe('the log', () => {
  it.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'apiKey',
    'x-api-key',
    'MINIO_SECRET_KEY',
    'accessToken',
    'password',
    'idempotency-key',
    'x-inkstream-context',
  ])('never shows the value of %s, however deep it lies', (name) => {
    const headers = { [name]: 'tell"tale\\', accept: 'x' };
    log.error({ err: Object.assign(new Error('failed'), { config: { request: { headers } } }) }, 'no luck');
    log.debug({ [name]: 'telltale' });
    log.child({ [name]: 'telltale' }).info('as a child');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toMatch(/tell\\?"?tale/);
    for (const line of lines) expect(line).toContain('[hidden]');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { config: { request: { headers: { accept: 'x' } } } },
    });
  });

  it('shows no credentials in the text of an error', () => {
    log.error(new Error('esdb://user:telltale@host:2113 refused "Authorization: Bearer telltale.abc"'));
    expect(lines.join('')).not.toContain('telltale');
    expect(last().msg).toBe('esdb://[hidden]@host:2113 refused "Authorization: Bearer [hidden]"');
  });

  it('shows the names of files at level debug only', () => {
    const said = {
      files: [{ originalName: 'divorce "telltale".pdf' }],
      fileName: 'telltale',
      jobName: 'telltale',
    };
    for (const level of ['info', 'warn', 'error'] as const) log[level](said, 'files');
    expect(lines.join('')).not.toContain('telltale');
    log.debug(said, 'files');
    expect(last()).toMatchObject(said);
  });

  it('shows everything else as it is', () => {
    const said = {
      key: 'jobs/1/files/1',
      jobId: 1,
      tenant: 'default',
      url: 'http://127.0.0.1:3000',
      mail: 'a@b.example',
    };
    log.info(said, 'a "quoted" message');
    expect(last()).toMatchObject({ ...said, service: 'test', level: 30, msg: 'a "quoted" message' });
  });
});
