import type { ExecutionErrorCode } from '@inkstream/domain';

/** What a scripted provider does with a document. It waits or stumbles by name, so that tests don't meet. */
export type Script =
  | { readonly do: 'complete'; readonly text: string }
  | { readonly do: 'fail'; readonly code: ExecutionErrorCode; readonly message: string }
  | { readonly do: 'stumble'; readonly name: string; readonly times: number; readonly text: string }
  | { readonly do: 'wait'; readonly name: string; readonly text: string };

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

/** The script of a document; null where it has none. */
export function scriptOf(bytes: Uint8Array): Script | null {
  const document = Buffer.from(bytes);
  const at = document.lastIndexOf(MARK);
  return at < 0 ? null : (JSON.parse(document.toString('utf8', at + MARK.length)) as Script);
}
