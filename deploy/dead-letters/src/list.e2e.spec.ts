import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEAD_LETTER_TOPIC } from '@inkstream/contracts';
import { PoisonMessageError } from '@inkstream/message-bus';
import { closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { expect, it, onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = promisify(execFile);

it('lists each dead letter with its topic, its key, why and when, while the services run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-dead-letters-'));
  const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder } as const;
  const backends = await openBackends(config, silentLogger(), ['bus']);
  onTestFinished(async () => {
    await closeBackends(backends);
    await rm(folder, { recursive: true });
  });
  const cli = (...args: string[]) =>
    run(process.execPath, [MAIN, ...args], { env: { ...process.env, ...config } });
  const list = () => cli('list');
  expect(await list()).toMatchObject({ stdout: '', stderr: '0 dead letters\n' });

  const { bus } = backends;
  await bus.ensureTopics([{ name: 'work' }, { name: DEAD_LETTER_TOPIC }]);
  const failing = { topic: 'work', group: 'g', concurrency: 1, deadLetterTopic: DEAD_LETTER_TOPIC };
  await bus.consume({
    ...failing,
    maxDeliveries: 1,
    async handler({ key }) {
      if (key === '1') throw new PoisonMessageError('is not\nthere', { reason: 'event_lost' });
      throw new Error('no way');
    },
  });
  await bus.publish(
    'work',
    ['1', '2'].map((key) => ({ key, value: '{}', headers: {} })),
  );
  await expect.poll(() => bus.lag('work', 'g'), { timeout: 10_000 }).toBe(0);
  const { stdout, stderr } = await list();
  const [first, second, ...rest] = stdout.split('\n').map((line) => line.split('\t'));
  expect(Date.now() - Date.parse(first?.[0] ?? '')).toBeLessThan(60_000);
  expect(first?.slice(1, 5)).toEqual(['work', '1', 'event_lost', 'is not there']);
  expect(second?.slice(1, 5)).toEqual(['work', '2', 'failed_too_often', 'no way']);
  expect(rest).toEqual([['']]);
  expect(stderr).toBe('2 dead letters\n');

  await expect(cli('redrive', '--color', 'red')).rejects.toMatchObject({ code: 1 });
  const selected = ['--topic', 'work', '--reason', 'event_lost', '--key', '1'];
  expect(await cli('redrive', ...selected)).toMatchObject({ stderr: '1 dead letter put back\n' });
  await expect.poll(() => bus.lag('work', 'g'), { timeout: 10_000 }).toBe(0);
  // Its handler fails again, so it is there again, behind the other one.
  expect((await list()).stdout.split('\n').map((line) => line.split('\t')[2])).toEqual(['2', '1', undefined]);
});
