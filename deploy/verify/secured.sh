# What docker-compose.secure.yml needs: certificates, and users in the store.
# shellcheck shell=bash

# certificates <folder>: of an authority, and of the node by it.
certificates() {
  local make=(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2)
  mkdir -p "$1/ca"
  "${make[@]}" -subj /CN=authority -keyout "$1.key" -out "$1/ca/ca.crt"
  "${make[@]}" -subj /CN=eventstoredb -addext subjectAltName=DNS:eventstoredb,DNS:localhost \
    -addext basicConstraints=critical,CA:FALSE -CA "$1/ca/ca.crt" -CAkey "$1.key" -keyout "$1/node.key" -out "$1/node.crt"
  # The server does not run as the user that made them.
  chmod 644 "$1/node.key"
}

# The passwords of admin and ops are the double's.
secured_settings() {
  local at="eventstoredb:2113?tls=true&tlsCaFile=/certs/ca/ca.crt"
  export COMPOSE_FILE=docker-compose.yml:docker-compose.secure.yml EVENTSTORE_CERTS=$1
  export EVENTSTORE_ADMIN_PASSWORD=changeit EVENTSTORE_OPS_PASSWORD=changeit
  export INKSTREAM_EVENTSTORE_URL="esdb://inkstream:one@$at" INKSTREAM_OPERATIONS_URL="esdb://inkstream-operations:two@$at"
}

set_up_users() {
  local at="localhost:$EVENTSTORE_PORT?tls=true&tlsCaFile=$EVENTSTORE_CERTS/ca/ca.crt"
  EVENTSTORE_ADMIN_URL="esdb://admin:$EVENTSTORE_ADMIN_PASSWORD@$at" EVENTSTORE_URL="esdb://inkstream:one@$at" \
    EVENTSTORE_OPERATIONS_URL="esdb://inkstream-operations:two@$at" npm run --silent event-store -- setup
}
