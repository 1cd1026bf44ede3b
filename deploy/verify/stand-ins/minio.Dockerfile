FROM inkstream-verify/engine
LABEL inkstream.stand-in="MinIO built from its source"
COPY engine/minio mc /usr/bin/
RUN install -d /data
ENTRYPOINT ["minio"]
