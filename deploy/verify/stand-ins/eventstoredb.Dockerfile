FROM inkstream-verify/engine
LABEL inkstream.stand-in="WIRE DOUBLE of EventStoreDB: libs/testing/src/eventstoredb-double"
WORKDIR /opt/double
COPY engine/manifests .
RUN npm ci --omit=dev --ignore-scripts --workspace libs/testing
COPY engine/libs libs
COPY wire-double.mjs /opt/
RUN install -d -o node /var/lib/eventstore
USER node
CMD ["node", "/opt/wire-double.mjs", "2113", "2114", "node", "--disable-warning=ExperimentalWarning", "libs/testing/src/eventstoredb-double/main.ts", "--port", "2114", "--file", "/var/lib/eventstore/double.db"]
