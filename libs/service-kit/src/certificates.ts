import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import type { BackendConfig } from './backends/backend-config.ts';
import { type TlsEndpoint, tlsEndpoints } from './backends/tls-endpoints.ts';

const LIMIT_MS = 5_000;

export interface Certificate {
  /** Whose it is, by the name that operators know, with its host: `MongoDB (MONGODB_URL) at db:27017`. */
  readonly dependency: string;
  /** When the first of its chain ends, as the server sends it. */
  readonly validTo: Date;
}

/** The certificates of all backends that are reached by TLS; those that do not answer within 5 s are left out. */
export async function certificatesOf(config: BackendConfig): Promise<readonly Certificate[]> {
  const found = await Promise.allSettled((await tlsEndpoints(config)).map(certificateOf));
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** Whether it is trusted is for its clients to say: here it is only looked at. */
function certificateOf({ dependency, host, port }: TlsEndpoint): Promise<Certificate> {
  return new Promise((resolve, reject) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...servername, rejectUnauthorized: false });
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`${host}:${port} does not answer`)));
    socket.on('error', reject).on('secureConnect', () => {
      const validTo = new Date(Math.min(...endsOf(socket.getPeerCertificate(true))));
      socket.destroy();
      resolve({ dependency: `${dependency} at ${host}:${port}`, validTo });
    });
  });
}

/** Ms since 1970, of the server's certificate and of those that it names as its issuers; the last names itself. */
function endsOf(certificate: DetailedPeerCertificate): number[] {
  const { issuerCertificate: issuer, valid_to: end } = certificate;
  return issuer && issuer.fingerprint256 !== certificate.fingerprint256
    ? [Date.parse(end), ...endsOf(issuer)]
    : [Date.parse(end)];
}
