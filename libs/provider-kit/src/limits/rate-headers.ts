/** What a vendor says of one of its limits, as it stands after the call that it answers. */
export interface RateWindow {
  /** The most in a minute. */
  readonly limit?: number | undefined;
  readonly remaining?: number | undefined;
  /** When `remaining` is `limit` again, ms from now. */
  readonly resetMs?: number | undefined;
}

/** A vendor's rate limits as its headers tell them: of requests, and of tokens. */
export interface RateHeaders {
  readonly requests?: RateWindow | undefined;
  readonly tokens?: RateWindow | undefined;
}

/** A limit of nothing at all: the account has no allowance, and waiting brings none. */
export const allowsNothing = ({ requests, tokens }: RateHeaders): boolean =>
  requests?.limit === 0 || tokens?.limit === 0;
