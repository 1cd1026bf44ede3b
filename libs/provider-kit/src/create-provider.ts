import { hostname } from 'node:os';
import { DEAD_LETTER_TOPIC, PROVIDERS_TOPIC, requestsTopic, topicSpec } from '@inkstream/contracts';
import type { EventStore } from '@inkstream/event-store';
import { type Consumer, type Delivery, type MessageBus, PoisonMessageError } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import {
  closeInOrder,
  inSpan,
  isTransientFault,
  jobEventOf,
  type Logger,
  type Running,
  unlessLost,
} from '@inkstream/service-kit';
import { announce } from './announce.ts';
import { type CircuitOptions, createCircuit, defaultCircuitOptions } from './circuit.ts';
import { openEnginePool } from './engine-pool.ts';
import { Executor } from './execution.ts';
import { Lanes } from './lanes.ts';
import type { ProviderDefinition } from './provider.ts';
import type { Request } from './request.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';

export interface ProviderDependencies {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly objects: ObjectStore;
  readonly log: Logger;
  readonly retry?: Partial<RetryPolicy>;
  readonly circuit?: Partial<CircuitOptions>;
  readonly now?: () => Date;
  readonly random?: () => number;
}

/**
 * Executions in hand: they are read, or wait for their turn or their next attempt. Jobs take turns among these alone, so
 * there are many; one that waits is its message and a few promises, some 6 KB.
 */
const IN_HAND = 5_000;
/** Deliveries that end in an unforeseen error until the execution is failed for it. */
const MAX_DELIVERIES = 10;

function toRequest(event: ReturnType<typeof jobEventOf>, delivery: Delivery): Request {
  if (event.type !== 'ExecutionRequested') throw new PoisonMessageError(`${event.type} asks for nothing`);
  return {
    jobId: event.jobId,
    executionId: event.data.executionId,
    revision: event.revision,
    requestedAt: event.recordedAt,
    traceparent: delivery.headers.traceparent,
  };
}

export interface RunningProvider extends Running {
  /** In words, how many documents are read; empty if none is. */
  unfinished(): readonly string[];
}

/** Runs a provider: announces it, takes its requests from the bus, and brings each of them to its end. */
export async function createProvider(
  definition: ProviderDefinition,
  deps: ProviderDependencies,
): Promise<RunningProvider> {
  const { name, concurrency } = definition;
  const { eventStore, bus, objects, now = () => new Date(), random = Math.random } = deps;
  const log = deps.log.child({ provider: name });
  const pool = openEnginePool(definition, log);
  const reading = new Set<Promise<unknown>>();
  const circuit = createCircuit({ ...defaultCircuitOptions, ...deps.circuit });
  const stopping = new AbortController();
  const worker = `${name}@${hostname()}#${process.pid}`;
  const executor = new Executor({
    eventStore,
    objects,
    pool: {
      ...pool,
      recognise(document, options) {
        const read = pool.recognise(document, options);
        reading.add(read);
        const done = () => void reading.delete(read);
        read.then(done, done);
        return read;
      },
    },
    circuit,
    lanes: new Lanes(concurrency + pool.ahead),
    policy: { ...defaultRetryPolicy, ...deps.retry },
    worker,
    stopping: stopping.signal,
    log,
    now,
    random,
  });

  const handler = async (delivery: Delivery, signal: AbortSignal) => {
    const event = jobEventOf(delivery);
    const request = toRequest(event, delivery);
    try {
      await unlessLost({ eventStore, log }, delivery, event, () =>
        inSpan(`recognise ${name}`, request.traceparent, () => executor.run(request, signal)),
      );
    } catch (error) {
      if (
        signal.aborted ||
        stopping.signal.aborted ||
        isTransientFault(error) ||
        error instanceof PoisonMessageError ||
        delivery.failures + 1 < MAX_DELIVERIES
      )
        throw error;
      log.error({ err: error, ...request }, 'gave up on an execution');
      await executor.fail(request, {
        code: 'invalid_result',
        message: 'The provider service failed on this document',
      });
    }
  };

  const topic = requestsTopic(name);
  await bus.ensureTopics([topic, DEAD_LETTER_TOPIC, PROVIDERS_TOPIC].map(topicSpec));
  const announcement = await announce(definition, { bus, instance: worker, log, now });
  const consumer: Consumer = await bus.consume({
    topic,
    group: `ocr-${name}`,
    concurrency: IN_HAND,
    handler,
    maxDeliveries: MAX_DELIVERIES + 1,
    deadLetterTopic: DEAD_LETTER_TOPIC,
  });
  circuit.onOpen(() => {
    log.warn('the provider is down: its topic pauses');
    consumer.pause();
  });
  circuit.onClosed(() => {
    log.info('the provider is back: its topic goes on');
    consumer.resume();
  });
  const closeConsumer = async () => {
    const closed = consumer.close();
    stopping.abort();
    await closed;
  };
  return {
    unfinished: () => (reading.size > 0 ? [`documents that ${name} reads: ${reading.size}`] : []),
    close: () => closeInOrder([announcement, { close: closeConsumer }, pool]),
  };
}
