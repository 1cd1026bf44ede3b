/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/. Taken over UTF-16 code units in place of bytes. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

const BUCKETS = 65_536;
/** The longest gram, in UTF-16 code units. */
const LONGEST = 3;
/** A search asks for so many of its grams at most: the rarest of them narrows down, the regular expression decides. */
const ASKED = 8;

const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, PRIME);

/** 16 bits of the hash, by the xor-folding that FNV's authors recommend. */
const bucket = (hash: number): number => (hash ^ (hash >>> 16)) & (BUCKETS - 1);

/** Scratch of `bucketsOf`, all zero between its calls: one for each would be 64 KB of garbage a document. */
const seen = new Uint8Array(BUCKETS);

/** The buckets of the grams of a text that have at least so many code units, each once. */
function bucketsOf(text: string, shortest: number): number[] {
  const buckets: number[] = [];
  for (let start = 0; start < text.length; start++) {
    let hash = OFFSET_BASIS;
    for (let length = 1; length <= LONGEST && start + length <= text.length; length++) {
      hash = step(hash, text.charCodeAt(start + length - 1));
      const found = bucket(hash);
      if (length < shortest || seen[found]) continue;
      seen[found] = 1;
      buckets.push(found);
    }
  }
  for (const found of buckets) seen[found] = 0;
  return buckets;
}

/**
 * All pieces of one to three code units of a text, each as one of 65,536 numbers. So a document has no more of them
 * than that however long its names are, below the 100,000 index keys that MongoDB allows it. Two pieces may share a
 * number: what is found has to be compared with the text.
 */
export const gramsOf = (text: string): number[] => bucketsOf(text, 1);

/** Some grams that every text with this key in it has: the longest there are, from all over the key. */
export function gramsToFind(key: string): number[] {
  const all = bucketsOf(key, Math.min(key.length, LONGEST));
  const stride = Math.max(1, all.length / ASKED);
  return Array.from({ length: Math.min(all.length, ASKED) }, (_, n) => all[Math.floor(n * stride)] ?? 0);
}
