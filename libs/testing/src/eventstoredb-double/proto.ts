/**
 * The messages and services of EventStoreDB's gRPC protocol, as the client ships them: its serialisers check
 * `instanceof`, so a server for it must build its answers from the client's own classes.
 */

import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';

export const { ServerFeaturesService } = features;
export const { SupportedMethod, SupportedMethods } = featuresPb;
export const { GossipService } = gossip;
export const { ClusterInfo, EndPoint, MemberInfo } = gossipPb;
export const {
  AccessDenied,
  AllStreamPosition,
  BadRequest,
  Empty,
  MaximumAppendSizeExceeded,
  StreamDeleted,
  StreamIdentifier,
  Timeout,
  Unknown,
  UUID,
  WrongExpectedVersion,
} = sharedPb;
export const { Status } = statusPb;
export const { StreamsService } = streams;
export const { AppendResp, BatchAppendResp, DeleteResp, ReadReq, ReadResp, TombstoneResp } = streamsPb;
export const { Any } = anyPb;
/** BatchAppend speaks of Google's empty message where the other calls have EventStoreDB's own. */
export const GoogleEmpty = emptyPb.Empty;
