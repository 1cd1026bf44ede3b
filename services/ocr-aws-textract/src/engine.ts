import { Agent } from 'node:https';
import { AnalyzeExpenseCommand, TextractClient, TextractServiceException } from '@aws-sdk/client-textract';
import {
  chargeOf,
  type Engine,
  type Limiter,
  type Prices,
  ProviderError,
  pageEngine,
  type Secret,
  startCall,
} from '@inkstream/provider-kit';
import { textractErrors } from './errors.ts';
import { linesOf, receiptOf } from './expense.ts';

/** The vendor names no model in its answers. */
const MODEL = 'textract-analyze-expense';

export interface TextractAccess {
  readonly region: string;
  /** Another door to the same API. */
  readonly baseUrl: string | undefined;
  /** Without them the SDK's default chain finds some: a profile, web identity, the identity of a pod or a machine. */
  readonly keys: {
    readonly id: Secret;
    readonly secret: Secret;
    readonly session: Secret | undefined;
  } | null;
}

export interface TextractLimits {
  readonly prices: Prices;
  readonly limiter: Limiter;
  readonly maxPages: number;
}

/** Measures each call and carries its trace on, as `vendorFetch` does, which this SDK does not take. */
function measure({ config: { requestHandler } }: TextractClient): void {
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const { method, protocol, hostname, port } = request;
    const call = startCall(method, `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
    // It is signed by now, and what is added is no part of that.
    Object.assign(request.headers, call.headers);
    try {
      const answer = await handle(request, options);
      call.end({ status: answer.response.statusCode });
      return answer;
    } catch (error) {
      call.end({ error });
      throw error;
    }
  };
}

/** A client without retries, which are the kit's, that goes through the proxies of the environment. */
export function textractClient({ region, baseUrl, keys }: TextractAccess): TextractClient {
  const session = keys?.session?.reveal();
  const client = new TextractClient({
    region,
    maxAttempts: 1,
    requestHandler: { httpsAgent: new Agent({ keepAlive: true, proxyEnv: process.env }) },
    ...(baseUrl !== undefined && { endpoint: baseUrl }),
    ...(keys && {
      credentials: {
        accessKeyId: keys.id.reveal(),
        secretAccessKey: keys.secret.reveal(),
        ...(session !== undefined && { sessionToken: session }),
      },
    }),
  });
  measure(client);
  return client;
}

/** What is no document: whoever may not read is told so first, and nothing is read that would be paid for. */
const NO_DOCUMENT = new Uint8Array(1);
/** How the vendor says that it is none. */
const TAKEN = ['UnsupportedDocumentException', 'BadDocumentException', 'InvalidParameterException'];

/**
 * Reads a page a call by AnalyzeExpense. The vendor has no call that tells how it is and that everyone may make who may
 * read: the probe asks for the reading of nothing.
 */
export const textractEngine = (
  client: TextractClient,
  { prices, limiter, maxPages }: TextractLimits,
): Engine =>
  pageEngine({
    limiter,
    // The vendor takes 10 MB and 10,000 pixels a side.
    picture: { mimeType: 'image/jpeg', maxSide: 10_000, maxBytes: 9_000_000 },
    sideBySide: 2,
    limits: { maxPages },
    probe: (signal) =>
      textractErrors.call(signal, async () => {
        const command = new AnalyzeExpenseCommand({ Document: { Bytes: NO_DOCUMENT } });
        await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
          if (!(error instanceof TextractServiceException && TAKEN.includes(error.name))) throw error;
        });
      }),
    async readPage(picture, { signal }) {
      const spent = chargeOf(prices, MODEL, { pages: 1 });
      const command = new AnalyzeExpenseCommand({ Document: { Bytes: picture.bytes } });
      const answer = await textractErrors.call(signal, () =>
        client.send(command, { abortSignal: signal }).catch((error: unknown) => {
          if (!(error instanceof SyntaxError)) throw error;
          const message = 'AWS Textract answered what nobody can read';
          throw new ProviderError('invalid_result', message, undefined, { spent, cause: error });
        }),
      );
      const { $metadata: _, ...raw } = answer;
      try {
        // The SDK makes an answer without anything of whatever is JSON, and looks at no type in it.
        const { ExpenseDocuments: documents } = answer;
        if (!documents) throw new TypeError('There are no ExpenseDocuments');
        const receipts = documents.map((document) => receiptOf(document, picture));
        return { lines: linesOf(documents, picture), receipts, raw, model: MODEL, ...spent };
      } catch (cause) {
        const message = 'AWS Textract answered what is no reading';
        throw new ProviderError('invalid_result', message, undefined, { spent, cause });
      }
    },
    close: async () => client.destroy(),
  });
