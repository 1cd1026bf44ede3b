import type { Client } from 'minio';
import type { ObjectInfo } from '../object-store.ts';
import { call } from './call.ts';

const PAGE = 1_000;

/** To the second, as the answer about a single object has it (RFC 9110, 5.6.7). */
function wholeSeconds(time: Date | undefined): string {
  const ms = time?.getTime() ?? 0;
  return new Date(ms - (ms % 1_000)).toISOString();
}

/**
 * All objects whose key starts with the prefix, in pages. By the first version of the call: of the answer to the second
 * one minio-js reads names that look like numbers as numbers, `007` as `7`.
 */
export async function* listPages(
  client: Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<ObjectInfo[]> {
  for (let last = ''; ; ) {
    const page = await call(() =>
      client.listObjectsQuery(bucket, prefix, last, { Delimiter: '', MaxKeys: PAGE }),
    );
    const infos = page.objects.flatMap(({ name, size, lastModified }) =>
      name === undefined ? [] : [{ key: name, bytes: size ?? 0, modifiedAt: wholeSeconds(lastModified) }],
    );
    yield infos;
    last = infos.at(-1)?.key ?? '';
    if (!page.isTruncated || last === '') return;
  }
}

/** All multipart uploads that were begun and neither completed nor aborted. */
export async function* unfinishedUploads(client: Client, bucket: string) {
  for (let key = '', id = ''; ; ) {
    const page = await call(() => client.listIncompleteUploadsQuery(bucket, '', key, id, ''));
    yield* page.uploads;
    if (!page.isTruncated) return;
    key = page.nextKeyMarker;
    id = page.nextUploadIdMarker;
  }
}
