/** The start of a JPEG file, with zeros up to the size given. */
export function jpeg(bytes = 2_000): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes);
  file.set([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01]);
  return file;
}

export const pdf = (): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

export interface Part {
  readonly name?: string;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly type?: string;
}

/** A form with these files, each one for the provider `fake`. */
export function form(files: readonly Part[], fields: Readonly<Record<string, string>> = {}): FormData {
  const data = new FormData();
  for (const [index, { name = `receipt-${index}.jpg`, bytes = jpeg(), type = '' }] of files.entries()) {
    data.append('file', new Blob([bytes], { type }), name);
    data.append(`ocrProvider_${index}`, 'fake');
  }
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

export const upload = (
  url: string,
  body: FormData,
  headers: Record<string, string> = {},
): Promise<Response> => fetch(`${url}/ocr-jobs/upload`, { method: 'POST', body, headers });

/** The id of the job or execution that an answer tells. */
export async function createdId(response: Response): Promise<number> {
  const { id } = (await response.json()) as { id: number };
  return id;
}

/** An upload that must succeed, as its job's id. */
export const uploaded = async (url: string, body: FormData): Promise<number> =>
  createdId(await upload(url, body));
