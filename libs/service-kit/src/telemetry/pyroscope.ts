/** What ends a name or a value in Pyroscope's list of labels. */
const RESERVED = /[{},=]/g;

export interface Profiled {
  /** A profile in pprof's format, gzipped. */
  readonly pprof: Buffer;
  readonly from: Date;
  readonly until: Date;
}

/** `query-api{service_version=1.0.0,service_instance_id=…}`: the names with underscores, as in metrics. */
function nameOf({ 'service.name': service, ...labels }: Readonly<Record<string, string>>): string {
  const list = Object.entries(labels).map(
    ([name, value]) => `${name.replaceAll(/\W/g, '_')}=${value.replaceAll(RESERVED, '_')}`,
  );
  return `${service?.replaceAll(RESERVED, '_')}{${list.join(',')}}`;
}

/** Sends profiles to a server by Pyroscope's `POST /ingest` (https://grafana.com/docs/pyroscope, Server HTTP API). */
export class PyroscopeClient {
  readonly #url: URL;
  readonly #name: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({
    address,
    token,
    labels,
  }: {
    readonly address: string;
    readonly token: string | undefined;
    readonly labels: Readonly<Record<string, string>>;
  }) {
    this.#url = new URL('ingest', address.endsWith('/') ? address : `${address}/`);
    this.#name = nameOf(labels);
    this.#headers = {
      'Content-Type': 'application/octet-stream',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    };
  }

  /** @throws what `fetch` does; Error naming the status if the server refuses it. */
  async send({ pprof, from, until }: Profiled, signal: AbortSignal): Promise<void> {
    const url = new URL(this.#url);
    const seconds = (date: Date) => String(Math.floor(date.getTime() / 1_000));
    url.search = String(
      new URLSearchParams({
        name: this.#name,
        format: 'pprof',
        spyName: 'nodespy',
        from: seconds(from),
        until: seconds(until),
      }),
    );
    const response = await fetch(url, {
      method: 'POST',
      headers: this.#headers,
      body: new Uint8Array(pprof),
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The server of profiles answers ${response.status}`);
  }
}
