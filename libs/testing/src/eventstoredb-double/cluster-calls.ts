import { randomUUID } from 'node:crypto';
import type { ClusterInfo as Cluster } from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods as Supported } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty as Nothing } from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { ClusterInfo, EndPoint, MemberInfo, SupportedMethod, SupportedMethods, UUID } from './proto.ts';

const STREAMS = 'event_store.client.streams.streams';

/** Which calls there are: a client appends by BatchAppend only where it is named here. */
export const supportedMethodsCall = (batchAppend: boolean): handleUnaryCall<Nothing, Supported> => {
  const names = ['read', 'append', 'delete', 'tombstone', ...(batchAppend ? ['batchappend'] : [])];
  const methods = names.map((name) => {
    const method = new SupportedMethod();
    method.setServiceName(STREAMS);
    method.setMethodName(name);
    return method;
  });
  const answer = new SupportedMethods();
  answer.setEventStoreServerVersion('23.10.0');
  answer.setMethodsList(methods);
  return (_call, callback) => callback(null, answer);
};

/** The gossip of a cluster of one: this node, and it leads. */
export const gossipCall = (
  now: () => number,
  at: () => { host: string; port: number },
): handleUnaryCall<Nothing, Cluster> => {
  const instance = new UUID();
  instance.setString(randomUUID());
  return (_call, callback) => {
    const endPoint = new EndPoint();
    const { host, port } = at();
    endPoint.setAddress(host);
    endPoint.setPort(port);
    const member = new MemberInfo();
    member.setInstanceId(instance);
    member.setTimeStamp(String(now() * 10_000));
    member.setState(MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const cluster = new ClusterInfo();
    cluster.setMembersList([member]);
    callback(null, cluster);
  };
};
