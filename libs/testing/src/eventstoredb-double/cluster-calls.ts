import type { ClusterInfo as Cluster } from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods as Supported } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty as Nothing } from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { type Caller, callerOf } from './caller.ts';
import type { Membership, Peer } from './membership.ts';
import { ClusterInfo, EndPoint, MemberInfo, SupportedMethod, SupportedMethods, UUID } from './proto.ts';
import { toCallError } from './trailers.ts';

const STREAMS = 'event_store.client.streams.streams';

/** Which calls there are: a client appends by BatchAppend only if it is named here. */
export const supportedMethodsCall = (
  batchAppend: boolean,
  authenticate: (caller: Caller) => void,
): handleUnaryCall<Nothing, Supported> => {
  const names = ['read', 'append', 'delete', 'tombstone', ...(batchAppend ? ['batchappend'] : [])];
  const methods = names.map((name) => {
    const method = new SupportedMethod();
    method.setServiceName(STREAMS);
    method.setMethodName(name);
    return method;
  });
  const answer = new SupportedMethods();
  answer.setEventStoreServerVersion('24.10.4');
  answer.setMethodsList(methods);
  return (call, callback) => {
    try {
      authenticate(callerOf(call));
      callback(null, answer);
    } catch (error) {
      callback(toCallError(error));
    }
  };
};

const STATES = {
  leader: MemberInfo.VNodeState.LEADER,
  follower: MemberInfo.VNodeState.FOLLOWER,
  unknown: MemberInfo.VNodeState.UNKNOWN,
};

const memberInfo = ({ instanceId, endPoint, state, alive }: Peer, now: number) => {
  const instance = new UUID();
  instance.setString(instanceId);
  const at = new EndPoint();
  at.setAddress(endPoint.host);
  at.setPort(endPoint.port);
  const member = new MemberInfo();
  member.setInstanceId(instance);
  member.setTimeStamp(String(now * 10_000));
  member.setState(STATES[state]);
  member.setIsAlive(alive);
  member.setHttpEndPoint(at);
  return member;
};

/** The cluster as this node sees it. */
export const gossipCall =
  (now: () => number, membership: Membership): handleUnaryCall<Nothing, Cluster> =>
  (_call, callback) => {
    const cluster = new ClusterInfo();
    cluster.setMembersList(membership.peers().map((peer) => memberInfo(peer, now())));
    callback(null, cluster);
  };
