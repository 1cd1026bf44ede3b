import { once, setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiptTruth } from '../receipt/generate.ts';
import { type Answer, type CallKind, type Fault, FaultPlan, type RandomFaults } from './faults.ts';
import type { PictureContent } from './picture-content.ts';
import { PictureReader } from './picture-reader.ts';
import { type RateLimit, SlidingWindow } from './rate-limit.ts';
import type { Vendor, VendorRequest, VendorRoute } from './vendor.ts';
import { VendorModels } from './vendor-models.ts';
import { bytesOf, requestOf, send, typed } from './wire.ts';

export interface DoubleOptions {
  /** The key that it takes; null: it asks for none. Default: `test-key`. */
  readonly key?: string | null;
  /** Default: a free one. */
  readonly port?: number;
  /** Milliseconds, for the rate limit. */
  readonly now?: () => number;
}

export interface AnsweredCall {
  readonly kind: CallKind;
  readonly path: string;
  /** Null if no answer came. */
  readonly status: number | null;
}

/** A vendor on 127.0.0.1, and what a test does with it. */
export interface ProviderDouble extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | null;
  /** Has the next calls of that kind fail; purchases by default. */
  fail(times: number, fault: Fault, on?: CallKind): void;
  failAtRandom(faults: RandomFaults | null): void;
  /** Purchases beyond it are refused. Null: no limit. */
  limitRate(limit: RateLimit | null): void;
  /** Pages that may still be bought. Null: as many as one likes. */
  setCredit(pages: number | null): void;
  /** The models that it has. */
  readonly models: VendorModels;
  /** Whether it takes its key. */
  takeKey(taken: boolean): void;
  /** A truth for a picture that looks like this one. */
  know(picture: Uint8Array, truth: ReceiptTruth): Promise<void>;
  /** How often each picture was bought, by the SHA-256 of what was sent; of a page of a document, see `readPages`. */
  readonly bought: ReadonlyMap<string, number>;
  /** Every call that was answered or broken off, in that order. */
  readonly calls: readonly AnsweredCall[];
  /** The most purchases that were in flight at once. */
  readonly mostAtOnce: number;
  close(): Promise<void>;
}

/** Starts a vendor. */
export async function startDouble(vendor: Vendor, options: DoubleOptions = {}): Promise<ProviderDouble> {
  const { key = 'test-key', port = 0, now = () => performance.now() } = options;
  const reader = new PictureReader();
  const faults = new FaultPlan();
  const window = new SlidingWindow(now);
  const bought = new Map<string, number>();
  const calls: AnsweredCall[] = [];
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let limit: RateLimit | null = null;
  let credit: number | null = null;
  let keyTaken = true;
  let inFlight = 0;
  let mostAtOnce = 0;

  const count = (content: PictureContent): PictureContent => {
    bought.set(content.hash, (bought.get(content.hash) ?? 0) + 1);
    if (credit !== null) credit--;
    return content;
  };
  const models = new VendorModels(vendor.models);
  const desk = {
    buy: async (picture: Uint8Array) => count(await reader.read(picture)),
    buyPages: async (document: Uint8Array, places?: readonly number[]) =>
      (await reader.readPages(document, places)).map(count),
  };
  const routes = vendor.routes(desk, models);

  /** What the vendor says of a purchase before it does anything; null if nothing. */
  function refusal(): { answer: Answer | null; headers: Record<string, string> } {
    if (credit !== null && credit <= 0) return { answer: vendor.refuse.credit(), headers: {} };
    if (!limit) return { answer: null, headers: {} };
    const { allowed, state } = window.take(limit);
    const headers = vendor.rateHeaders?.(state) ?? {};
    return { answer: allowed ? null : vendor.refuse.rate(state), headers };
  }

  async function work(route: VendorRoute, request: VendorRequest): Promise<Answer> {
    if (route.kind !== 'purchase') return route.handle(request);
    const { answer, headers } = refusal();
    const given = answer ?? (await route.handle(request));
    return { ...given, headers: { ...headers, ...given.headers } };
  }

  async function respond(
    route: VendorRoute,
    request: VendorRequest,
    response: ServerResponse,
  ): Promise<number | null> {
    const fault = faults.next(route.kind);
    if (fault?.kind === 'reset') {
      response.destroy();
      return null;
    }
    if (fault?.kind === 'answer' && !fault.bought) return send(response, fault);
    const answer = await work(route, request);
    const body = bytesOf(answer.body);
    const half = body.subarray(0, Math.floor(body.length / 2));
    switch (fault?.kind) {
      case undefined:
        return send(response, answer);
      case 'answer':
        return send(response, fault);
      case 'slow':
        await sleep(fault.ms, undefined, { signal: closing.signal });
        return send(response, answer);
      case 'garbled':
        return send(response, { ...answer, headers: typed(answer), body: half });
      case 'hang':
        return null;
      case 'cut':
        response.writeHead(answer.status, { ...typed(answer), 'content-length': body.length });
        response.write(half, () => response.destroy());
        return null;
    }
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(incoming);
    const route = routes.find(
      ({ method, path, matches }) =>
        method === request.method && path.test(request.path) && (matches?.(request) ?? true),
    );
    if (!route) return void send(response, vendor.refuse.path());
    if (key !== null && (!keyTaken || vendor.keyOf(request) !== key)) {
      const status = send(response, vendor.refuse.key());
      calls.push({ kind: route.kind, path: request.path, status });
      return;
    }
    if (route.kind === 'purchase') {
      mostAtOnce = Math.max(mostAtOnce, ++inFlight);
      response.once('close', () => inFlight--);
    }
    calls.push({ kind: route.kind, path: request.path, status: await respond(route, request, response) });
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: Error) => {
      // The double's own fault: said loudly, in no vendor's shape.
      if (!closing.signal.aborted) send(response, { status: 599, body: `The double failed: ${error.stack}` });
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');

  const double: ProviderDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    bought,
    calls,
    models,
    get mostAtOnce() {
      return mostAtOnce;
    },
    fail: (times, fault, on = 'purchase') => faults.fail(times, fault, on),
    failAtRandom: (random) => faults.failAtRandom(random),
    limitRate: (next) => {
      limit = next;
    },
    setCredit: (pages) => {
      credit = pages;
    },
    takeKey: (taken) => {
      keyTaken = taken;
    },
    know: (picture, truth) => reader.know(picture, truth),
    async close() {
      closing.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await reader.close();
    },
    [Symbol.asyncDispose]: () => double.close(),
  };
  return double;
}
