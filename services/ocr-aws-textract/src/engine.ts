import { Agent } from 'node:https';
import { AnalyzeExpenseCommand, TextractClient } from '@aws-sdk/client-textract';
import {
  costOf,
  type Engine,
  type Prices,
  ProviderError,
  pageEngine,
  type Secret,
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

/** A client without retries, which are the kit's, that goes through the proxies of the environment. */
export function textractClient({ region, baseUrl, keys }: TextractAccess): TextractClient {
  const session = keys?.session?.reveal();
  return new TextractClient({
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
}

/** Reads a page a call by AnalyzeExpense. A cheap call that every account may make there is none, so there is no probe. */
export const textractEngine = (client: TextractClient, prices: Prices, maxPages: number): Engine =>
  pageEngine({
    // The vendor takes 10 MB and 10,000 pixels a side.
    picture: { mimeType: 'image/jpeg', maxSide: 10_000, maxBytes: 9_000_000 },
    sideBySide: 2,
    limits: { maxPages },
    async readPage(picture, { signal }) {
      const command = new AnalyzeExpenseCommand({ Document: { Bytes: picture.bytes } });
      const answer = await textractErrors.call(signal, () =>
        client.send(command, { abortSignal: signal }).catch((error: unknown) => {
          if (!(error instanceof SyntaxError)) throw error;
          throw new ProviderError('invalid_result', 'AWS Textract answered what nobody can read');
        }),
      );
      const { $metadata: _, ...raw } = answer;
      const documents = answer.ExpenseDocuments ?? [];
      const usage = { pages: 1 };
      const cost = costOf(prices, MODEL, usage);
      return {
        lines: linesOf(documents, picture),
        receipts: documents.map((document) => receiptOf(document, picture)),
        raw,
        model: MODEL,
        usage,
        ...(cost && { cost }),
      };
    },
    close: async () => client.destroy(),
  });
