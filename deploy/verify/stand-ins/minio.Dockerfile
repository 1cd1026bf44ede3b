FROM inkstream-verify/backend
LABEL inkstream.stand-in="MinIO built from its source"
COPY backend/minio mc /usr/bin/
RUN install -d /data
ENTRYPOINT ["minio"]
