import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * Makes a call into ONNX Runtime. Whoever ends threads makes sure that it ends none within such a call: the process
 * would go with it.
 */
export type NativeCall = <T>(call: () => Promise<T>) => Promise<T>;

/** Numbers, row by row. */
export type Floats = { readonly data: Float32Array; readonly shape: readonly number[] };

/** An ONNX model with one float input and float outputs, run on the calling thread. */
export type Session = {
  /** Runs the model, for its first output. */
  run(input: Float32Array, shape: readonly number[]): Promise<Floats>;
  /** Runs the model, for all its outputs, by name. */
  runAll(input: Float32Array, shape: readonly number[]): Promise<ReadonlyMap<string, Floats>>;
  release(): Promise<void>;
};

/**
 * Loads a model for one thread: receipts are read in parallel by several instances, which beats several threads
 * on one receipt. Loading blocks the thread for its whole time, so do it in a worker.
 *
 * @throws Error from ONNX Runtime if the file is missing or is no model.
 */
export async function openSession(modelPath: string, native: NativeCall): Promise<Session> {
  const options = {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Every line has its own width, so a memory plan for each shape would only pile up.
    enableMemPattern: false,
    logSeverityLevel: 3,
  } as const;
  const session = await native(() => InferenceSession.create(modelPath, options));
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  if (inputName === undefined || outputName === undefined) {
    throw new Error(`${modelPath}: a model without input or output`);
  }
  const results = (input: Float32Array, shape: readonly number[]) =>
    native(() => session.run({ [inputName]: new Tensor('float32', input, shape) }));
  const floats = (name: string, output: Tensor | undefined): Floats => {
    if (output === undefined || !(output.data instanceof Float32Array)) {
      throw new TypeError(`${modelPath}: expected the output ${name} in 32-bit floats`);
    }
    return { data: output.data, shape: output.dims };
  };
  return {
    run: async (input, shape) => floats(outputName, (await results(input, shape))[outputName]),
    runAll: async (input, shape) =>
      new Map(
        Object.entries(await results(input, shape)).map(([name, output]) => [name, floats(name, output)]),
      ),
    release: () => native(() => session.release()),
  };
}
