import { expect } from 'vitest';
import type { ConsumeOptions, Consumer, Delivery, Message, MessageBus, TopicSpec } from '../message-bus.ts';

export interface MessageBusSubject {
  readonly bus: MessageBus;
  /** Another connection to the same topics; the suite closes it. */
  connect(): Promise<MessageBus>;
  /** Removes the topics if they are the test's own; all connections are closed by then. */
  remove(): Promise<void>;
}

/** The bus of the running test, and topics and groups that no other test has. */
export interface ContractContext {
  readonly bus: MessageBus;
  /** A name that no other test uses. */
  name(what: string): string;
  /** Creates a topic and returns its name. */
  topic(what?: string, spec?: Omit<TopicSpec, 'name'>): Promise<string>;
  /** Closes the bus of the test and opens it again. */
  reopen(): Promise<MessageBus>;
}

/** How long the suite waits for what must come; a group may take its time to form. */
export const PATIENCE = { timeout: 20_000, interval: 5 };
/** A short backoff, so that tests do not wait long. */
export const QUICK = { first: 5, max: 20 };

/** A message whose value is its key and its number. */
export const message = (key: string, n: number): Message => ({ key, value: `${key}${n}`, headers: {} });

/** `count` messages of each key, alternating between the keys. */
export function messages(keys: string, count: number, first = 0): Message[] {
  return Array.from({ length: count }, (_, n) => [...keys].map((key) => message(key, first + n))).flat();
}

export const valuesOf = (some: readonly Message[]) => some.map(({ value }) => value);
export const ofKey = <T extends Message>(some: readonly T[], key: string) =>
  some.filter((one) => one.key === key);

/** Each value once, where it came first: messages may come twice. */
export const firsts = (values: readonly string[]) => [...new Set(values)];

/** What a consumer or a tail received. */
export class Recording {
  readonly deliveries: Delivery[] = [];

  values(): string[] {
    return valuesOf(this.deliveries);
  }

  /** Waits until so many deliveries came, and returns their values. */
  async received(count: number): Promise<string[]> {
    await expect.poll(() => this.deliveries.length, PATIENCE).toBeGreaterThanOrEqual(count);
    return this.values();
  }

  /** Waits until each of these came. */
  async receivedAll(values: readonly string[]): Promise<void> {
    await expect.poll(() => this.values(), PATIENCE).toEqual(expect.arrayContaining([...values]));
  }
}

/** A consumer that records each delivery, and then runs `work`: by default nothing. */
export async function consume(
  bus: MessageBus,
  options: Omit<ConsumeOptions, 'handler' | 'concurrency'> & { readonly concurrency?: number },
  work: ConsumeOptions['handler'] = async () => {},
): Promise<{ record: Recording; consumer: Consumer }> {
  const record = new Recording();
  const consumer = await bus.consume({
    concurrency: 4,
    backoffMs: QUICK,
    ...options,
    handler: (delivery, signal) => {
      record.deliveries.push(delivery);
      return work(delivery, signal);
    },
  });
  return { record, consumer };
}

/** A gate: whoever waits at it goes on once it is open. */
export function door(): { open(): void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

/** Rejects with the signal's reason once it aborts. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
