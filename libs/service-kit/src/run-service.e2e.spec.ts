import { describe, expect, it } from 'vitest';
import { run } from './spec-support/test-process.ts';

/** A service that says `up`, and closes as `close` says. */
const service = (close: string) => `
  await kit.runService(async () => {
    setInterval(() => {}, 1_000);
    console.log('up');
    return { close: async () => { ${close} } };
  });`;

describe('running a service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('closes at %s and exits with 0', async (signal) => {
    const { child, saying, ended } = run('../run-service.ts', service("console.log('closed')"));
    await saying('up');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stdout: 'up\nclosed\n' });
  });

  it('closes what a signal caught in its start', async () => {
    const { child, saying, ended } = run(
      '../run-service.ts',
      `
      await kit.runService(async () => {
        console.log('starting');
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { close: async () => console.log('closed') };
      });`,
    );
    await saying('starting');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stdout: 'starting\nclosed\n' });
  });

  it('exits with 1 and says why where closing fails', async () => {
    const { child, saying, ended } = run('../run-service.ts', service("throw new Error('stuck')"));
    await saying('up');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('stuck') });
  });

  it('ends at once at a second signal, though it does not close', async () => {
    const { child, saying, ended } = run(
      '../run-service.ts',
      service("console.log('closing'); await new Promise(() => {})"),
    );
    await saying('up');
    child.kill('SIGTERM');
    await saying('closing');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 1 });
  });

  it('names the bad variable and exits with 1, without a stack trace', async () => {
    const code = 'await kit.runService(async () => kit.readConfig(kit.serverConfig, process.env));';
    const { code: exit, stderr } = await run('../index.ts', code, { PORT: 'http' }).ended;
    expect(exit).toBe(1);
    expect(stderr).toContain('PORT');
    expect(stderr).not.toContain('    at ');
  });

  it('says that its address is taken, without a stack trace', async () => {
    const code = `
      const { createServer } = await import('node:net');
      const { promise, resolve, reject } = Promise.withResolvers();
      const taken = createServer().listen(0, '127.0.0.1', () => {
        createServer().once('error', reject).listen(taken.address().port, '127.0.0.1', resolve);
      });
      await kit.runService(() => promise);`;
    const { code: exit, stderr } = await run('../run-service.ts', code).ended;
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^HOST or PORT can not be used: .*EADDRINUSE.* 127\.0\.0\.1:\d+\n$/);
  });

  it('exits with 1 where the start fails, and says where', async () => {
    const { ended } = run(
      '../run-service.ts',
      "await kit.runService(async () => { throw new Error('no disk'); });",
    );
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/no disk\n +at /) });
  });
});
