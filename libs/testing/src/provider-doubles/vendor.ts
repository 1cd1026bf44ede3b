import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, CallKind } from './faults.ts';
import type { PictureContent } from './picture-content.ts';
import type { RateState } from './rate-limit.ts';
import type { VendorModels } from './vendor-models.ts';

export interface VendorRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The address of the double, as its client knows it. */
  readonly origin: string;
}

/** What a vendor does with pictures. Each page that it reads is counted, and costs one of the pages it has credit for. */
export interface Desk {
  /** @throws Error if it is no picture. */
  buy(picture: Uint8Array): Promise<PictureContent>;
  /** Pages of a document, at places from 0; all by default. @throws as `PictureReader.readPages` does. */
  buyPages(document: Uint8Array, places?: readonly number[]): Promise<PictureContent[]>;
}

export interface VendorRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The whole path. */
  readonly path: RegExp;
  readonly kind: CallKind;
  /** Which requests of that path it is for, if not all: a vendor may have one path for everything. */
  matches?(request: VendorRequest): boolean;
  handle(request: VendorRequest): Promise<Answer> | Answer;
}

/** What is a vendor's own: its routes, and how it says no. */
export interface Vendor {
  /** The key that a request carries. */
  keyOf(request: VendorRequest): string | undefined;
  readonly refuse: {
    /** A key that is missing or wrong. */
    key(): Answer;
    /** A call beyond the rate limit. */
    rate(state: RateState): Answer;
    /** A call without credit. */
    credit(): Answer;
    /** A path that there is not. */
    path(): Answer;
  };
  /** What each answer to a purchase says of the rate limit. */
  rateHeaders?(state: RateState): Record<string, string>;
  /** Its models by the names that clients send, and the name under which each answers. */
  readonly models?: Readonly<Record<string, string>>;
  routes(desk: Desk, models: VendorModels): readonly VendorRoute[];
}
