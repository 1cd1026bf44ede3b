import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  ANNOUNCE_EVERY_MS,
  DEAD_LETTER_TOPIC,
  PROGRESS_TOPIC,
  PROVIDERS_TOPIC,
  type ProviderStatus,
  requestsGroup,
  requestsTopic,
  topicSpec,
} from '@inkstream/contracts';
import { PRIORITIES } from '@inkstream/domain';
import { type EventStore, StoreClock } from '@inkstream/event-store';
import { KnownJobs, type PasswordSecrets } from '@inkstream/job-store';
import {
  type Consumer,
  DeliverLaterError,
  type Delivery,
  isLaterRelease,
  type MessageBus,
  PoisonMessageError,
} from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import {
  closeInOrder,
  describeSpan,
  isTransientFault,
  type Logger,
  type Running,
  takeEvent,
} from '@inkstream/service-kit';
import { type Announcement, announce } from './announce.ts';
import { Circuit, type CircuitOptions, defaultCircuitOptions, startTimer } from './circuit.ts';
import type { ProviderContext } from './context.ts';
import { type EnginePool, openEnginePool } from './engine-pool.ts';
import { Executor, type RunEnd } from './execution.ts';
import { Lanes } from './lanes.ts';
import { observeProvider } from './limits/metrics.ts';
import { shareLimits } from './limits/replicas.ts';
import { Spending } from './limits/spending.ts';
import { ModelWatch } from './model-watch.ts';
import { pageMetrics } from './page-metrics.ts';
import { ResultKeeper } from './persist.ts';
import type { ProviderDefinition } from './provider.ts';
import { idsOf, subjectOfRequest } from './request.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
import { toRequest } from './to-request.ts';

export interface ProviderDependencies {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly objects: ObjectStore;
  readonly log: Logger;
  /** Open the passwords of documents; none by default, and then no encrypted one is read. */
  readonly secrets?: PasswordSecrets;
  readonly retry?: Partial<RetryPolicy>;
  readonly circuit?: Partial<CircuitOptions>;
  readonly now?: () => Date;
  /** A clock that no one sets, ms, for durations. */
  readonly clock?: () => number;
  readonly random?: () => number;
  /** By what time a day begins, ms since 1970: the event store's by default, which all replicas share. */
  readonly timeOfDay?: () => Promise<number>;
  /** How long it waits before its first call to a vendor that limits calls, ms: until other replicas know of it. */
  readonly settleMs?: number;
}

/**
 * Executions in hand of each priority: they are read, or wait for their turn or a next attempt that is near. Jobs take
 * turns among these alone, so there are many; one that waits is its message and a few promises, some 6 KB.
 */
const IN_HAND = 5_000;
/** Deliveries that end in an unforeseen error until the execution is failed for it. */
const MAX_DELIVERIES = 10;

export interface RunningProvider extends Running {
  /** In words, how many documents are read; empty if none is. */
  unfinished(): readonly string[];
  /** How it is, as it announces it. */
  status(): ProviderStatus;
}

/** The pool, whose reads under way are in the set. */
const countingReads = (pool: EnginePool, reading: Set<Promise<unknown>>): EnginePool => ({
  ...pool,
  recognise(document, options) {
    const read = pool.recognise(document, options);
    reading.add(read);
    const done = () => void reading.delete(read);
    read.then(done, done);
    return read;
  },
});

/** Runs a provider: announces it, takes its requests from the bus, and brings each of them to its end. */
export async function createProvider(
  definition: ProviderDefinition,
  deps: ProviderDependencies,
): Promise<RunningProvider> {
  const { name, concurrency, maxCost, dailyBudget: budget, engine } = definition;
  const { maxAttempts = defaultRetryPolicy.maxAttempts } = definition;
  const { eventStore, bus, objects } = deps;
  const { now = () => new Date(), clock = () => performance.now(), random = Math.random } = deps;
  const log = deps.log.child({ provider: name });
  const reading = new Set<Promise<unknown>>();
  const pool = countingReads(openEnginePool(definition, log), reading);
  const options = { ...defaultCircuitOptions, ...deps.circuit };
  const stop = new AbortController();
  const stopping = stop.signal;
  const size = concurrency + pool.ahead;
  const worker = randomUUID();
  const keeper = new ResultKeeper({ size: 2 * size, stopping, log, random });
  const lanes = new Lanes(size);
  const policy = { ...defaultRetryPolicy, maxAttempts, ...deps.retry };
  const stores = { eventStore, objects, bus };
  const storeClock = new StoreClock(eventStore, clock);
  const timeOfDay = deps.timeOfDay ?? (() => storeClock.now());
  const spending = new Spending({ store: eventStore, provider: name, budget, now: timeOfDay, log });
  const gate = budget && (() => spending.fault());
  const circuit = new Circuit({ options, probe: pool.probe, gate, startTimer, now });
  const knownJobs = new KnownJobs(eventStore);
  const parts = {
    reader: definition,
    secrets: deps.secrets ?? [],
    knownJobs,
    pool,
    circuit,
    lanes,
    keeper,
    policy,
    maxCost,
    spending,
    worker,
    stopping,
    storeClock,
  };
  const timePages = pageMetrics(name, clock);
  const context: ProviderContext = { ...stores, ...parts, log, now, clock, random, timePages };
  log.info({ worker, host: hostname() }, 'the provider starts');

  const handler = async (delivery: Delivery, signal: AbortSignal) => {
    const end = await takeEvent({ eventStore, log }, delivery, async (event): Promise<RunEnd> => {
      const request = toRequest(name, event, {
        traceparent: delivery.headers.traceparent,
        repeated: delivery.redelivered > 0,
      });
      describeSpan(subjectOfRequest(request, name));
      try {
        return await executor.run(request, signal);
      } catch (error) {
        if (
          signal.aborted ||
          stopping.aborted ||
          isTransientFault(error) ||
          isLaterRelease(error) ||
          error instanceof PoisonMessageError ||
          delivery.failures + 1 < MAX_DELIVERIES
        )
          throw error;
        log.error({ err: error, ...idsOf(request) }, 'gave up on an execution');
        await executor.fail(request, {
          code: 'invalid_result',
          message: 'The provider service failed on this document',
        });
        return { kind: 'final' };
      }
    });
    if (end.kind === 'later') throw new DeliverLaterError(end.afterMs);
  };

  const requests = PRIORITIES.map((priority) => requestsTopic(name, priority));
  await bus.ensureTopics([...requests, DEAD_LETTER_TOPIC, PROVIDERS_TOPIC, PROGRESS_TOPIC].map(topicSpec));
  circuit.start();
  let announced: ProviderStatus = circuit.status;
  const status = () => circuit.status;
  const limiter = 'module' in engine ? undefined : engine.limiter;
  const { settleMs = ANNOUNCE_EVERY_MS } = deps;
  let announcement: Announcement | undefined;
  const onNew = () => announcement?.changed();
  const sharing =
    limiter && (await shareLimits({ limiter, bus, provider: name, own: worker, clock, onNew, settleMs }));
  const { model, modelEnds: ends } = definition;
  const models = 'module' in engine ? {} : engine;
  let watch: ModelWatch | undefined;
  const ending = () => ({ ...(watch?.ends !== undefined && { modelEnds: watch.ends }) });
  announcement = await announce(definition, { bus, instance: worker, status, ending, log });
  watch = new ModelWatch({ engine: models, model, ends, now, log, onChange: onNew });
  const metrics = observeProvider({
    provider: name,
    status,
    limiter,
    spending,
    budget: definition.dailyBudget,
    watch,
  });
  const consumers: Consumer[] = [];
  /** While the provider may be back, its topics go on for one document, unless one is in hand already. */
  const admit = () => {
    const goOn = !circuit.open || (circuit.admits && executor.ready === 0);
    for (const consumer of consumers) {
      if (goOn) consumer.resume();
      else consumer.pause();
    }
  };
  const executor = new Executor(context, admit);
  for (const priority of PRIORITIES) {
    const consumer = await bus.consume({
      topic: requestsTopic(name, priority),
      group: requestsGroup(name, priority),
      concurrency: IN_HAND,
      handler,
      maxDeliveries: MAX_DELIVERIES + 1,
      deadLetterTopic: DEAD_LETTER_TOPIC,
    });
    consumers.push(consumer);
    admit();
  }
  circuit.onChange(() => {
    admit();
    const { state, reason } = circuit.status;
    if (state === announced.state && reason === announced.reason) return;
    announced = circuit.status;
    announcement?.changed();
    if (state === 'ready') log.info('the provider reads: its topics go on');
    else log.warn({ state, reason }, 'the provider does not read: its topics pause');
  });
  const closeConsumer = async () => {
    const closed = Promise.all(consumers.map((consumer) => consumer.close()));
    stop.abort();
    await closed;
    await spending.close();
    circuit.close();
    watch?.close();
    keeper.close();
  };
  return {
    unfinished: () => (reading.size > 0 ? [`documents that ${name} reads: ${reading.size}`] : []),
    status,
    close: () =>
      closeInOrder([metrics, ...(sharing ? [sharing] : []), announcement, { close: closeConsumer }, pool]),
  };
}
