import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ofKey, QUICK, valuesOf } from '../contract/subject.ts';
import { PoisonMessageError } from '../errors.ts';
import type { Consumer, Delivery, Message, MessageBus } from '../message-bus.ts';
import { openSqliteMessageBus } from './index.ts';

const KEYS = 'abcde';
const MESSAGES = 80;

/** What a handler does at each of the first deliveries of a message; then it resolves. */
const fate = fc.array(fc.constantFrom('reject', 'transient', 'poison', 'sleep', 'heed'), { maxLength: 2 });
const act = fc.constantFrom(
  'join',
  'leave',
  'abandon',
  'pause',
  'resume',
  'reopen',
  'publish',
  'publish',
  'wait',
);

/** A bus whose consumers come and go, and what it did meanwhile. */
class Turmoil {
  readonly finished: string[] = [];
  readonly published: Message[] = [];
  /** Messages that came while another one of their key was in flight. */
  readonly overlaps: string[] = [];
  readonly #inFlight = new Set<string>();
  bus: MessageBus;
  #consumers: Consumer[] = [];
  readonly #file: string;
  readonly #fates: readonly string[][];
  readonly #deliveries = new Map<string, number>();

  constructor(bus: MessageBus, file: string, fates: readonly string[][]) {
    this.bus = bus;
    this.#file = file;
    this.#fates = fates;
  }

  async does(what: string): Promise<void> {
    const graceMs = what === 'abandon' ? 0 : 50;
    if (what === 'join') this.#consumers.push(await this.#consume());
    if (what === 'leave' || what === 'abandon') await this.#consumers.shift()?.close({ graceMs });
    if (what === 'pause') this.#consumers.at(-1)?.pause();
    if (what === 'resume') for (const consumer of this.#consumers) consumer.resume();
    if (what === 'wait') await sleep(5);
    if (what === 'publish') await this.#publish(10);
    if (what === 'reopen') await this.#reopen();
  }

  async finishes(): Promise<void> {
    await this.#publish(MESSAGES - this.published.length);
    await this.does('resume');
    await this.does('join');
    await vi.waitFor(async () => expect(await this.bus.lag('t', 'g')).toBe(0), {
      timeout: 5_000,
      interval: 5,
    });
    await this.bus.close();
  }

  async #publish(count: number): Promise<void> {
    const batch = Array.from({ length: Math.min(count, MESSAGES - this.published.length) }, (_, index) => {
      const n = this.published.length + index;
      return { key: KEYS[n % KEYS.length] ?? '', value: String(n), headers: {} };
    });
    await this.bus.publish('t', batch);
    this.published.push(...batch);
  }

  async #reopen(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.close({ graceMs: 20 })));
    this.#consumers = [];
    await this.bus.close();
    this.bus = await openSqliteMessageBus({ file: this.#file });
  }

  #consume(): Promise<Consumer> {
    const handler = (delivery: Delivery, signal: AbortSignal) => this.#handle(delivery, signal);
    const limits = { concurrency: 3, backoffMs: QUICK, maxDeliveries: 4 };
    return this.bus.consume({ topic: 't', group: 'g', deadLetterTopic: 'dead', ...limits, handler });
  }

  async #handle({ key, value }: Delivery, signal: AbortSignal): Promise<void> {
    if (this.#inFlight.has(key)) this.overlaps.push(value);
    this.#inFlight.add(key);
    // Aborted handlers release the key at once, as they should.
    signal.addEventListener('abort', () => this.#inFlight.delete(key), { once: true });
    const delivery = this.#deliveries.get(value) ?? 0;
    this.#deliveries.set(value, delivery + 1);
    try {
      await this.#suffer(this.#fates[Number(value)]?.[delivery], signal);
      if (!signal.aborted) this.finished.push(value);
    } finally {
      if (!signal.aborted) this.#inFlight.delete(key);
    }
  }

  async #suffer(what: string | undefined, signal: AbortSignal): Promise<void> {
    if (what === 'sleep') await sleep(3);
    if (what === 'heed') await sleep(10, undefined, { signal });
    if (what === 'reject') throw new Error('not yet');
    if (what === 'transient') throw Object.assign(new Error('down'), { transient: true });
    if (what === 'poison') throw new PoisonMessageError('poison');
  }
}

it('finishes every message, in the order of each key, while consumers come, go, fail and reopen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-message-bus-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let run = 0;
  const fates = fc.array(fate, { minLength: MESSAGES, maxLength: MESSAGES });
  const property = fc.asyncProperty(fates, fc.array(act, { maxLength: 25 }), async (fatesOfAll, acts) => {
    const file = join(folder, `bus${run++}.db`);
    const bus = await openSqliteMessageBus({ file });
    await bus.ensureTopics([{ name: 't' }, { name: 'dead' }]);
    const turmoil = new Turmoil(bus, file, fatesOfAll);
    for (const what of acts) await turmoil.does(what);
    await turmoil.finishes();

    expect(turmoil.overlaps).toEqual([]);
    const dead = await deadLettersIn(file);
    expect(dead).toEqual([...new Set(dead)]);
    const done = [...new Set([...turmoil.finished, ...dead])].map(Number).toSorted((a, b) => a - b);
    expect(done).toEqual(turmoil.published.map((_, n) => n));
    for (const key of KEYS) {
      const inOrder = valuesOf(ofKey(turmoil.published, key));
      const first = [...new Set(turmoil.finished)].filter((value) => inOrder.includes(value));
      expect(first).toEqual(inOrder.filter((value) => first.includes(value)));
    }
  });
  await fc.assert(property, { numRuns: 10, endOnFailure: true });
});

async function deadLettersIn(file: string): Promise<string[]> {
  const bus = await openSqliteMessageBus({ file });
  const dead: string[] = [];
  await bus.tail({ topic: 'dead', from: 'beginning', handler: ({ value }) => void dead.push(value) });
  const total = await bus.lag('dead', 'nobody');
  await vi.waitFor(() => expect(dead).toHaveLength(total), { interval: 2 });
  await bus.close();
  return dead;
}
