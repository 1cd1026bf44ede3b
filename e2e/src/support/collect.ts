/** Preloaded into a process under test: collects garbage when asked to, and ends with its parent. */
export type Collect = { readonly collect: true };
/** What is in use on the heap and in buffers outside of it, bytes. */
export type Collected = { readonly heap: number };

process.on('message', (message: Partial<Collect>) => {
  if (!message.collect) return;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heap: heapUsed + external } satisfies Collected);
});
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
