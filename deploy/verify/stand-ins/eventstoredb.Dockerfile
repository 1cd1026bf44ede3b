FROM inkstream-verify/backend
LABEL inkstream.stand-in="WIRE DOUBLE of EventStoreDB: libs/testing/src/eventstoredb-double"
WORKDIR /opt/double
COPY backend/manifests .
RUN npm ci --omit=dev --ignore-scripts --workspace libs/testing
COPY backend/libs libs
COPY eventstoredb-run /usr/bin/
RUN install -d -o node /var/lib/eventstore
USER node
CMD ["eventstoredb-run"]
