import { setTimeout as sleep } from 'node:timers/promises';
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

  it('closes a service that gets a signal while it starts', async () => {
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

  it('exits with 1 and says why if closing fails', async () => {
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
    await sleep(700);
    child.kill('SIGTERM');
    const { signal, stderr } = await ended;
    expect(signal).toBe('SIGKILL');
    expect(stderr).toMatch(/^A second signal: ended at once\. .*\n$/);
  });

  it('treats the two signals that Ctrl-C sends under npm as one', async () => {
    const { child, saying, ended } = run(
      '../run-service.ts',
      service("await new Promise((resolve) => setTimeout(resolve, 300)); console.log('closed')"),
    );
    await saying('up');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stdout: 'up\nclosed\n' });
  });

  it('says what it still waits for, again and again', async () => {
    const code = `
      await kit.runService(async () => {
        console.log('up');
        const close = () => new Promise((resolve) => setTimeout(resolve, 2_500));
        const log = { info: (details, message) => console.log(details.waitingFor.join(), message) };
        return { log, unfinished: () => ['documents that x reads: 1'], close };
      });`;
    const { child, saying, ended } = run('../run-service.ts', code);
    await saying('up');
    child.kill('SIGINT');
    const { code: exit, stdout } = await ended;
    expect(exit).toBe(0);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      'documents that x reads: 1 stopping: within 25 s, or at once at a second signal',
      'documents that x reads: 1 still stopping',
    ]);
  });

  it('closes when the process that started it is gone', async () => {
    const { child, saying, ended } = run('../run-service.ts', service("console.log('closed')"));
    await saying('up');
    child.disconnect();
    expect(await ended).toMatchObject({ code: 0, stdout: 'up\nclosed\n' });
  });

  it('names the bad variable and exits with 78, without a stack trace', async () => {
    const code = 'await kit.runService(async () => kit.readConfig(kit.serverConfig, process.env));';
    const { code: exit, stderr } = await run('../index.ts', code, { PORT: 'http' }).ended;
    expect(exit).toBe(78);
    expect(stderr).toContain('PORT');
    expect(stderr).not.toContain('    at ');
  });

  it('says that its address is in use, without a stack trace', async () => {
    const code = `
      const { createServer } = await import('node:net');
      const { promise, resolve, reject } = Promise.withResolvers();
      const taken = createServer().listen(0, '127.0.0.1', () => {
        createServer().once('error', reject).listen(taken.address().port, '127.0.0.1', resolve);
      });
      await kit.runService(() => promise);`;
    const { code: exit, stderr } = await run('../run-service.ts', code).ended;
    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /^Cannot listen at 127\.0\.0\.1:\d+: another program uses it; .*\(EADDRINUSE\)\.\n$/,
    );
  });

  it('says what the system refuses, without a stack trace', async () => {
    const code =
      "await kit.runService(() => import('node:fs/promises').then((fs) => fs.readFile('/proc/none')));";
    const { code: exit, stderr } = await run('../run-service.ts', code).ended;
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^The system refuses: ENOENT.*'\/proc\/none'\n$/);
  });

  it('exits with 78 if it is not configured, which whoever started it knows from a fault', async () => {
    const code = "await kit.runService(async () => { throw new kit.NotConfiguredError('wants A_KEY'); });";
    expect(await run('../index.ts', code).ended).toMatchObject({ code: 78, stderr: 'wants A_KEY\n' });
  });

  it('exits with 1 if the start fails, and says where', async () => {
    const { ended } = run(
      '../run-service.ts',
      "await kit.runService(async () => { throw new Error('no disk'); });",
    );
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/no disk\n +at /) });
  });
});
