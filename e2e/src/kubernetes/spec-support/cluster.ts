import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, type Kubernetes, lifeline } from '@inkstream/native-stack';
import { nodes, volumes } from './nodes.ts';

const START_LIMIT_MS = 180_000;

/** What a program prints, and how it ended. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly ok: boolean;
}

/**
 * Kubernetes' control plane, of which only the Pods are not real: kwok plays the kubelets of three nodes, each in a zone
 * of its own. Everything listens on 127.0.0.1, and ends with this process.
 */
export class Cluster {
  readonly #folder: string;
  readonly #bin: string;
  readonly #running: ChildProcess[] = [];

  private constructor(folder: string, bin: string) {
    this.#folder = folder;
    this.#bin = bin;
  }

  static async start({ bin, definitions, stages }: Kubernetes): Promise<Cluster> {
    const cluster = new Cluster(await mkdtemp(join(tmpdir(), 'inkstream-kubernetes-')), bin);
    try {
      await cluster.#start(stages);
      const files = (await readdir(definitions)).filter((name) => name.endsWith('.yaml'));
      for (const file of files) await cluster.must('apply', '--server-side', '-f', join(definitions, file));
      await cluster.must('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
      await cluster.must('apply', '-f', await cluster.write('nodes.json', JSON.stringify(nodes())));
      await cluster.must('apply', '-f', await cluster.write('volumes.json', JSON.stringify(volumes())));
      await cluster.must('wait', '--for=condition=Ready', 'node', '--all', '--timeout=60s');
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Runs kubectl, in the namespace `inkstream` if no other is named. */
  async kubectl(...args: readonly string[]): Promise<Said> {
    return this.#kubectl(args);
  }

  /** Runs kubectl. @throws with what it said if it fails. */
  async must(...args: readonly string[]): Promise<Said> {
    const said = await this.#kubectl(args);
    if (!said.ok) throw new Error(`kubectl ${args.join(' ')}: ${said.stdout}${said.stderr}`);
    return said;
  }

  /** What the API server says to manifests that it is to check, and not to keep. */
  async check(...manifests: readonly object[]): Promise<Said> {
    const file = await this.write(
      `${randomUUID()}.json`,
      JSON.stringify({ kind: 'List', apiVersion: 'v1', items: manifests }),
    );
    return this.kubectl('apply', '--server-side', '--dry-run=server', '-f', file);
  }

  /** Lines of a `kubectl get --watch`, until `stop` is called, which returns them. */
  watch(resource: string, jsonpath: string): { stop(): Promise<string[]> } {
    const args = ['get', resource, '--watch', '--output', `jsonpath=${jsonpath}{"\\n"}`];
    const child = spawn(join(this.#bin, 'kubectl'), this.#arguments(args), {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    lifeline(child);
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    return {
      async stop() {
        child.kill();
        await once(child, 'close');
        return seen.split('\n').filter((line) => line !== '');
      },
    };
  }

  async close(): Promise<void> {
    for (const child of this.#running.toReversed()) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await rm(this.#folder, { recursive: true });
  }

  #arguments(args: readonly string[]): string[] {
    return ['--kubeconfig', join(this.#folder, 'kubeconfig'), '--namespace', 'inkstream', ...args];
  }

  async #kubectl(args: readonly string[]): Promise<Said> {
    const options = { maxBuffer: 64 << 20, env: { HOME: this.#folder, PATH: process.env.PATH } };
    return promisify(execFile)(join(this.#bin, 'kubectl'), this.#arguments(args), options).then(
      (said) => ({ ...said, ok: true }),
      ({ stdout = '', stderr = '', message }) => ({ stdout, stderr: stderr || message, ok: false }),
    );
  }

  /** A file of this test alone. */
  async write(name: string, content: string): Promise<string> {
    const file = join(this.#folder, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  }

  #run(program: string, ...args: readonly string[]): void {
    const log = createWriteStream(join(this.#folder, `${program}.log`));
    const child = spawn(join(this.#bin, program), args, {
      cwd: this.#folder,
      env: {},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    lifeline(child);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.#running.push(child);
  }

  async #start(stages: string): Promise<void> {
    const folder = this.#folder;
    const [store, peers, api, manager, scheduler, kubelets] = await Promise.all(
      Array.from({ length: 6 }, freePort),
    );
    const etcd = `http://127.0.0.1:${store}`;
    const server = `https://127.0.0.1:${api}`;
    const token = randomUUID();
    await mkdir(join(folder, 'certificates'));
    const tokens = await this.write('tokens.csv', `${token},admin,admin,system:masters\n`);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = await this.write(
      'accounts.pem',
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    const kubeconfig = await this.write('kubeconfig', JSON.stringify(kubeconfigOf(server, token)));
    const local = '127.0.0.1';

    this.#run(
      'etcd',
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peers}`,
      '--unsafe-no-fsync',
    );
    this.#run(
      'kube-apiserver',
      `--etcd-servers=${etcd}`,
      `--bind-address=${local}`,
      `--secure-port=${api}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      // So that it is Pod Security alone that refuses a privileged Pod.
      '--allow-privileged=true',
    );
    await this.#until('the API server is ready', () => this.kubectl('get', '--raw', '/readyz'));
    const client = [`--kubeconfig=${kubeconfig}`];
    const served = [`--bind-address=${local}`, '--leader-elect=false', ...client];
    this.#run(
      'kube-controller-manager',
      ...served,
      `--secure-port=${manager}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      `--service-account-private-key-file=${key}`,
      '--horizontal-pod-autoscaler-sync-period=2s',
      // A machine that is busy is no node that is lost.
      '--node-monitor-grace-period=600s',
    );
    this.#run(
      'kube-scheduler',
      ...served,
      `--secure-port=${scheduler}`,
      `--cert-dir=${join(folder, 'certificates')}`,
    );
    const lives = await Promise.all(
      (await readdir(stages)).map((name) => readFile(join(stages, name), 'utf8')),
    );
    const config = await this.write('stages.yaml', lives.join('\n---\n'));
    this.#run(
      'kwok',
      ...client,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      `--config=${config}`,
      `--server-address=${local}:${kubelets}`,
    );
  }

  /** @throws with the ends of the logs if it does not become so. */
  async #until(what: string, ask: () => Promise<Said>): Promise<void> {
    const until = performance.now() + START_LIMIT_MS;
    while (!(await ask()).ok) {
      if (performance.now() > until || this.#running.some(({ exitCode }) => exitCode !== null)) {
        const logs = (await readdir(this.#folder)).filter((name) => name.endsWith('.log'));
        const ends = await Promise.all(
          logs.map(
            async (name) => `${name}: ${(await readFile(join(this.#folder, name), 'utf8')).slice(-2000)}`,
          ),
        );
        throw new Error(`Not so: ${what}\n${ends.join('\n')}`);
      }
      await sleep(200);
    }
  }
}

/** The certificate is made at the server's start, so nobody else can have vouched for it. */
const kubeconfigOf = (server: string, token: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'test',
  clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'admin', user: { token } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
});
