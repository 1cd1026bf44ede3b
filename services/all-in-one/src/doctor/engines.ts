import { canaryReceipt } from '@inkstream/canary';
import { openDocument } from '@inkstream/document-pages';
import {
  checkModel,
  type Engine,
  type ProviderDefinition,
  probeEngine,
  WARN_DAYS,
} from '@inkstream/provider-kit';
import { type Check, fault, ok, silentLogger, warning } from '@inkstream/service-kit';

/** Decodes a page, in a process of its own, as every provider begins with it. */
export const decoderCheck = (now: () => Date): Check => ({
  subject: 'Decoder of documents',
  todo: 'look whether this user may start processes and threads (ulimit -u, pids of the container), and for memory: DECODER_MEMORY_MB',
  async look(signal) {
    const { bytes } = await canaryReceipt(now(), Math.random);
    const document = await openDocument(bytes, {}, signal);
    try {
      const { width, height } = await document.page(0);
      return [ok(`has drawn a page of ${width} x ${height} pixels`)];
    } finally {
      document.close();
    }
  },
});

const keyTodo = (name: string) =>
  `look at its key, its credit and the way there; docs/providers.md has the variables of ${name}`;

/** An engine in threads here is loaded; a vendor is asked, with the key, for the model. Nothing is read or bought. */
export const providerCheck = (definition: ProviderDefinition, now: () => Date): Check => {
  const { name, engine } = definition;
  const isHere = 'module' in engine;
  return {
    subject: `Provider ${name}`,
    todo: isHere
      ? 'look at memory (2 GiB), and whether the package was installed whole: npm ci'
      : keyTodo(name),
    look: (signal) => (isHere ? loaded(definition) : asked({ ...definition, engine }, now(), signal)),
  };
};

async function loaded(definition: ProviderDefinition) {
  const found = await probeEngine(definition, silentLogger());
  return [
    found === null
      ? ok('its engine was loaded in a thread')
      : fault(
          `its engine cannot be loaded: ${found.message}`,
          'look at memory (2 GiB), and whether the package was installed whole: npm ci',
        ),
  ];
}

async function asked(
  vendor: ProviderDefinition & { readonly engine: Engine },
  now: Date,
  signal: AbortSignal,
) {
  const { name, engine, model = 'its model' } = vendor;
  try {
    const {
      state,
      reason = '',
      ends,
      daysLeft = Number.POSITIVE_INFINITY,
    } = await checkModel(vendor, now, signal);
    if (state === 'gone') return [fault(`${model} is gone: ${reason}`, 'name another model')];
    if (state === 'failed') return [fault(reason, keyTodo(name))];
    const said = state === 'there' ? `takes the key, and has ${model}` : 'takes the key';
    return daysLeft <= WARN_DAYS
      ? [ok(said), warning(`${model} is shut down on ${ends}`, 'name another model before that day')]
      : [ok(said)];
  } finally {
    await engine.close?.();
  }
}
