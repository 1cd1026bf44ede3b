FROM inkstream-verify/backend
LABEL inkstream.stand-in="Apache Kafka's jars from Maven"
COPY backend/lib /opt/kafka/libs
COPY kafka-run /etc/kafka/docker/run
RUN install -d -o node /var/lib/kafka/data
USER node
CMD ["/etc/kafka/docker/run"]
