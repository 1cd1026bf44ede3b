/** In a thread: asks the vendor at `workerData.url` with `workerData.key` whether it reads. */
import { workerData } from 'node:worker_threads';
import { provider } from '../provider.ts';

const { key, url } = workerData as { readonly key: string; readonly url: string };
const definition = await provider.configure({ MISTRAL_API_KEY: key, MISTRAL_BASE_URL: url });
if ('wants' in definition || 'module' in definition.engine) throw new Error('no engine');
await definition.engine.probe?.(AbortSignal.timeout(30_000));
