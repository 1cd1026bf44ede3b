FROM inkstream-verify/engine
LABEL inkstream.stand-in="WIRE DOUBLE of EventStoreDB: libs/testing/src/eventstoredb-double"
WORKDIR /opt/double
COPY engine/manifests .
RUN npm ci --omit=dev --ignore-scripts --workspace libs/testing
COPY engine/libs libs
COPY eventstoredb-run /usr/bin/
RUN install -d -o node /var/lib/eventstore
USER node
CMD ["eventstoredb-run"]
