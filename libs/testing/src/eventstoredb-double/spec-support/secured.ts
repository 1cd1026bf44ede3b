import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { EventStoreDbDouble, EventStoreDbDoubleOptions } from '../index.ts';
import { startDouble } from './doubles.ts';
import { temporaryFolder } from './server.ts';

/** A key and a certificate of its own for 127.0.0.1, in files that go with the test. */
export const certificate = async (): Promise<{ keyFile: string; certFile: string }> => {
  const folder = await temporaryFolder();
  onTestFinished(folder.remove);
  const [keyFile, certFile] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const made = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1';
  const named = '-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1';
  const [program = '', ...args] = `${made} ${named} -keyout ${keyFile} -out ${certFile}`.split(' ');
  execFileSync(program, args, { stdio: 'ignore' });
  return { keyFile, certFile };
};

export interface SecuredDouble extends EventStoreDbDouble {
  readonly certFile: string;
  /** A connection string with a name and a password. */
  as(name: string, password: string): string;
}

/** A double with TLS, users and rights, that ends with the test. */
export const startSecured = async (
  options: Partial<EventStoreDbDoubleOptions> = {},
): Promise<SecuredDouble> => {
  const { keyFile, certFile } = await certificate();
  const tls = { key: await readFile(keyFile), cert: await readFile(certFile) };
  const double = await startDouble({ tls, security: {}, ...options });
  const as = (name: string, password: string) =>
    `esdb://${name}:${password}@127.0.0.1:${double.port}?tls=true&tlsCAFile=${encodeURIComponent(certFile)}`;
  return { ...double, certFile, as };
};

/** The password of all users. */
export const PASSWORD = 'changeit';

type Served = Pick<SecuredDouble, 'port' | 'certFile'>;

/** Makes an HTTP request as a user. */
export const call = (double: Served, method: string, path: string, user: string, body?: object) =>
  new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const ca = readFileSync(double.certFile);
    const options = { method, host: '127.0.0.1', port: double.port, path, ca, auth: `${user}:${PASSWORD}` };
    const sent = request(options, (response) => {
      json(response).then(
        (read) => resolve({ status: response.statusCode, body: read }),
        () => resolve({ status: response.statusCode, body: undefined }),
      );
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });

export const addUser = (double: Served, loginName: string, groups: string[] = []) =>
  call(double, 'POST', '/users/', 'admin', { loginName, fullName: loginName, groups, password: PASSWORD });
