import type { DatabaseSync } from 'node:sqlite';
import type { Entry } from '../delivery/backlog.ts';
import { UnknownTopicError } from '../errors.ts';
import type { Delivery, Message, TopicSpec } from '../message-bus.ts';

interface MessageRow extends Entry {
  readonly value: string;
  readonly headers: string;
  readonly published_at: number;
}

type DeliveryCounts = Pick<Delivery, 'redelivered' | 'failures'>;

const INDEX_PAGE = 500;
const CONTENT_PAGE = 100;

/** The topics and their messages. Methods that write several rows must run within a transaction. */
export function createTopicLog(db: DatabaseSync, now: () => Date) {
  const ids = new Map<string, number>();
  const selectTopic = db.prepare('SELECT id FROM bus_topics WHERE name = ?');
  const insertTopic = db.prepare(`
    INSERT INTO bus_topics (name, retention_ms, compacted) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`);
  const selectKept = db.prepare('SELECT retention_ms, compacted FROM bus_topics WHERE name = ?');
  const insertMessage = db.prepare(`
    INSERT INTO bus_messages (topic, key, value, headers, published_at) VALUES (?, ?, ?, ?, ?)`);
  const selectEntries = db.prepare(`
    SELECT "offset", key FROM bus_messages WHERE topic = ? AND "offset" > ?
    ORDER BY "offset" LIMIT ${INDEX_PAGE}`);
  const selectPage = db.prepare(`
    SELECT "offset", key, value, headers, published_at FROM bus_messages WHERE topic = ? AND "offset" > ?
    ORDER BY "offset" LIMIT ${CONTENT_PAGE}`);
  const selectMessage = db.prepare(
    'SELECT "offset", key, value, headers, published_at FROM bus_messages WHERE "offset" = ?',
  );
  const selectEnd = db.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'bus_messages'`);

  const toDelivery = (topic: string, row: MessageRow, counts: DeliveryCounts): Delivery => ({
    topic,
    key: row.key,
    value: row.value,
    headers: JSON.parse(row.headers) as Record<string, string>,
    offset: String(row.offset),
    publishedAt: row.published_at,
    ...counts,
  });

  return {
    ensure(topics: readonly TopicSpec[]): void {
      for (const { name, retentionMs, compacted = false } of topics) {
        insertTopic.run(name, retentionMs ?? null, compacted ? 1 : 0);
      }
    },

    /** What is wrong with the settings of a topic, in a sentence; undefined if nothing is. */
    faultOf({ name, retentionMs, compacted = false }: TopicSpec): string | undefined {
      const row = selectKept.get(name);
      const is = describeKept(row?.retention_ms, row?.compacted === 1);
      const should = describeKept(retentionMs, compacted);
      return is === should ? undefined : `Topic ${name} is kept ${is} instead of ${should}`;
    },

    /** The id of a topic; throws `UnknownTopicError`. */
    idOf(name: string): number {
      const id = ids.get(name) ?? selectTopic.get(name)?.id;
      if (id === undefined) throw new UnknownTopicError(name);
      ids.set(name, Number(id));
      return Number(id);
    },

    insert(topic: string, messages: readonly Message[]): void {
      const id = this.idOf(topic);
      const at = now().getTime();
      for (const { key, value, headers } of messages) {
        insertMessage.run(id, key, value, JSON.stringify(headers), at);
      }
    },

    /** The messages after an offset, without content. */
    entries(topic: string, after: number): Entry[] {
      return selectEntries.all(this.idOf(topic), after) as unknown as Entry[];
    },

    /** The messages after an offset, with content. */
    page(topic: string, after: number): Delivery[] {
      const rows = selectPage.all(this.idOf(topic), after) as unknown as MessageRow[];
      return rows.map((row) => toDelivery(topic, row, { redelivered: 0, failures: 0 }));
    },

    /** One message, undefined if it was compacted or trimmed away. */
    get(topic: string, offset: number, counts: DeliveryCounts): Delivery | undefined {
      const row = selectMessage.get(offset) as MessageRow | undefined;
      return row && toDelivery(topic, row, counts);
    },

    /** The last offset that was ever assigned, in any topic. */
    end(): number {
      return Number(selectEnd.get()?.seq ?? 0);
    },
  };
}

export type TopicLog = ReturnType<typeof createTopicLog>;

function describeKept(retentionMs: unknown, compacted: boolean): string {
  if (compacted) return 'compacted';
  return typeof retentionMs === 'number' ? `for ${retentionMs} ms` : 'until it is finished';
}
