FROM inkstream-verify/engine
LABEL inkstream.stand-in="WIRE DOUBLE of EventStoreDB: libs/testing/src/eventstoredb-double"
WORKDIR /opt/double
COPY engine/manifests .
RUN npm ci --omit=dev --ignore-scripts --workspace libs/testing
COPY engine/libs libs
RUN install -d -o node /var/lib/eventstore
USER node
CMD ["node", "--disable-warning=ExperimentalWarning", "libs/testing/src/eventstoredb-double/main.ts", "--host", "0.0.0.0", "--port", "2113", "--file", "/var/lib/eventstore/double.db"]
