import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate that signs itself, for a host's name, in a folder of its own. */
export async function certificateFor(name: string) {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-certificate-'));
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=DNS:${name}`, '-days', '2'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', caFile];
  await promisify(execFile)('openssl', [...request, ...subject]);
  return {
    key: await readFile(keyFile),
    cert: await readFile(caFile),
    caFile,
    remove: () => rm(folder, { recursive: true }),
  };
}
