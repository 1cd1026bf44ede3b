/** https://nodejs.org/api/tls.html#x509-certificate-error-codes, and what OpenSSL says where the other side speaks no TLS. */
const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
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
const NO_TLS_CODES = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** What is wrong with the certificate or the encryption, as a sentence; undefined if the error is about something else. */
export function certificateFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  if (CERTIFICATE_CODES.has(code))
    return `its certificate is not accepted: ${error.message}. tlsCaFile in the connection string names the authority`;
  if (NO_TLS_CODES.has(code))
    return 'it speaks no TLS, and the connection string asks for it: tls=false turns it off';
  return undefined;
}
