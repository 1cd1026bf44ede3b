import kafkajs, { type PartitionAssigner } from 'kafkajs';

interface Claims {
  readonly id: string;
  /** The partitions that the member has. */
  readonly owned: readonly number[];
}

/**
 * Assigns partitions so that each member has as many as any other, or one more, and keeps what it had wherever that
 * allows it: a partition that moves loses its work in flight.
 */
export function balance(members: readonly Claims[], partitions: readonly number[]): Map<string, number[]> {
  const free = new Set(partitions);
  const sorted = members.toSorted((a, b) => b.owned.length - a.owned.length || (a.id < b.id ? -1 : 1));
  const dealt = new Map<string, number[]>();
  const quota = (index: number) =>
    Math.floor(partitions.length / members.length) + (index < partitions.length % members.length ? 1 : 0);
  for (const [index, { id, owned }] of sorted.entries()) {
    const kept = owned.filter((partition) => free.has(partition)).slice(0, quota(index));
    for (const partition of kept) free.delete(partition);
    dealt.set(id, kept);
  }
  for (const [index, { id }] of sorted.entries()) {
    const own = dealt.get(id) ?? [];
    for (const partition of free) {
      if (own.length >= quota(index)) break;
      own.push(partition);
      free.delete(partition);
    }
  }
  return dealt;
}

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;
const NAME = 'InkstreamSticky';
const VERSION = 0;

/** An assigner for groups of one topic; each member says which partitions it has when it joins. */
export const stickyAssigner =
  (owned: () => readonly number[]): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify(owned())),
      }),
    }),
    async assign({ members, topics: [topic = ''] }) {
      const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      const claims = members.map(({ memberId: id, memberMetadata }) => ({
        id,
        owned: JSON.parse(String(MemberMetadata.decode(memberMetadata)?.userData)) as number[],
      }));
      return [...balance(claims, partitions)].map(([memberId, own]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          assignment: { [topic]: own },
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
