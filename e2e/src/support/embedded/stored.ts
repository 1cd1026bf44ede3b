import type { Stored } from '../stored.ts';
import { filesThatHold, storedObjects, tablesThatHold } from './data-folder.ts';

const EVENTS_AND_MESSAGES = 'inkstream.db';
const DOCUMENTS = 'readmodel.db';

/** Names are folded where they are searched. */
const spellings = (texts: readonly string[]) =>
  texts.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]);

/** The stores of a data folder, down to bytes that no table shows any more. */
export const storedIn = (dataDir: string): Stored => ({
  showsUnfinished: true,
  objects: () => storedObjects(dataDir),

  async placesThatHold(texts) {
    const files = await filesThatHold(dataDir, texts);
    const tables = [EVENTS_AND_MESSAGES, DOCUMENTS].flatMap((file) =>
      spellings(texts).flatMap((text) => tablesThatHold(dataDir, file, text)),
    );
    // Messages are whole in this file, so its bytes say nothing more where they are found.
    const hidden = files.filter((path) => !path.startsWith(EVENTS_AND_MESSAGES) || tables.length === 0);
    const places = [...tables.map((table) => (table === 'bus_messages' ? 'messages' : table)), ...hidden];
    return [...new Set(places)].toSorted();
  },
});
