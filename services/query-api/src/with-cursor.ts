import { InvalidCursorError } from '@inkstream/read-model';
import { HttpError } from '@inkstream/service-kit';

/** The page of a list; a cursor that is not of this list is the client's fault. */
export const withCursor = <Page>(page: Promise<Page>): Promise<Page> =>
  page.catch((error) => {
    if (error instanceof InvalidCursorError) throw new HttpError(400, `cursor: ${error.message}`);
    throw error;
  });
