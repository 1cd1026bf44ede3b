import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { commandsUrl } from './connection-string.ts';

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_CODES = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** The OpenSSL error for bytes that are not TLS. */
const NO_TLS_CODES = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

export interface Connection {
  readonly hosts: readonly { readonly address: string; readonly port: number }[];
  readonly tls: boolean;
  /** The certificate authorities that are trusted instead of the system's. */
  readonly caFile: string | undefined;
  readonly user: string | undefined;
}

/** @throws Error if it is not a connection string. */
export function readConnection(url: string): Connection {
  const { hosts, tls = true, tlsCAFile, defaultCredentials } = parseConnectionString(commandsUrl(url));
  return { hosts, tls, caFile: tlsCAFile, user: defaultCredentials?.username };
}

/**
 * What is wrong with the certificate or the encryption, as a sentence; undefined if the error is about something else.
 */
export function tlsFaultOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  if (CERTIFICATE_CODES.has(code))
    return `its certificate is not accepted: ${error.message}; tlsCaFile in the connection string names the authority`;
  if (NO_TLS_CODES.has(code))
    return 'it speaks no TLS, though the connection string asks for it; tls=false turns it off';
  return undefined;
}

/**
 * Why no host that can be reached can be used: a certificate, or TLS at one end alone. The gRPC client reports that
 * only in words, or not at all. Undefined if a host is fine, or none can be reached.
 */
export async function findTlsFault(connection: Connection, limitMs: number): Promise<string | undefined> {
  const ca = connection.caFile === undefined ? undefined : await readFile(connection.caFile);
  const looks = await Promise.all(
    connection.hosts.map((host) => handshake(host, connection.tls, ca, limitMs)),
  );
  if (looks.includes('fine')) return undefined;
  return looks.find((look) => look !== 'unknown');
}

function handshake(
  { address, port }: Connection['hosts'][number],
  wanted: boolean,
  ca: Buffer | undefined,
  limitMs: number,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      ALPNProtocols: ['h2'],
      rejectUnauthorized: wanted,
      ...(ca && wanted ? { ca } : {}),
    });
    const end = (look: string) => {
      socket.destroy();
      resolve(look);
    };
    const at = `EventStoreDB at ${address}:${port}`;
    socket.setTimeout(limitMs, () => end('unknown'));
    socket.on('secureConnect', () =>
      end(wanted ? 'fine' : `${at}: it speaks TLS, and the connection string says tls=false`),
    );
    socket.on('error', (error) => {
      const fault = tlsFaultOf(error);
      end(wanted && fault ? `${at}: ${fault}` : 'unknown');
    });
  });
}
