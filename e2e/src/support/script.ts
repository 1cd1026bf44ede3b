import { EXECUTION_ERROR_CODES } from '@inkstream/domain';
import { z } from 'zod';

const text = z.string();
const name = z.string();
/** What a scripted provider does with a document. It waits or stumbles by name, so that tests don't meet. */
const scriptSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('complete'), text }),
  z.object({ do: z.literal('fail'), code: z.enum(EXECUTION_ERROR_CODES), message: z.string() }),
  z.object({ do: z.literal('stumble'), name, times: z.number(), text }),
  z.object({ do: z.literal('wait'), name, text }),
  z.object({ do: z.literal('read-pages'), name, pages: z.number(), stopAt: z.number() }),
]);
export type Script = z.infer<typeof scriptSchema>;

/** A valid grey PNG of one pixel (PNG specification, third edition, section 5). */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);
const MARK = '\ninkstream-script:';

/** A picture that tells a scripted provider what to do, in bytes after its end, which decoders ignore. */
export const scripted = (script: Script): Buffer<ArrayBuffer> =>
  Buffer.concat([PIXEL, Buffer.from(MARK + JSON.stringify(script))]);

/** A picture in which the provider reads this text. */
export const reads = (text: string): Buffer<ArrayBuffer> => scripted({ do: 'complete', text });

/** A picture that the provider finds corrupt. */
export const corrupt = (message = 'The picture ends too early'): Buffer<ArrayBuffer> =>
  scripted({ do: 'fail', code: 'corrupt_document', message });

/** A picture that the provider reads once the name is released. */
export const waits = (name: string, text = 'waited'): Buffer<ArrayBuffer> =>
  scripted({ do: 'wait', name, text });

/** A document of so many pages, each read as `page <n>`; from `stopAt` on once the name is released. */
export const pagesOf = (pages: number, stopAt: number, name: string): Buffer<ArrayBuffer> =>
  scripted({ do: 'read-pages', name, pages, stopAt });

/** The script of a document; null where it has none, or one that is damaged. */
export function scriptOf(bytes: Uint8Array): Script | null {
  const document = Buffer.from(bytes);
  const at = document.lastIndexOf(MARK);
  if (at < 0) return null;
  try {
    return scriptSchema.parse(JSON.parse(document.toString('utf8', at + MARK.length)));
  } catch {
    return null;
  }
}
