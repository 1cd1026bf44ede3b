FROM inkstream-verify/backend
LABEL inkstream.stand-in="WIRE DOUBLE of MongoDB: mongo-java-server"
COPY backend /opt/double
COPY wire-double.mjs /opt/
RUN install -d -o node /data/db
USER node
CMD ["node", "/opt/wire-double.mjs", "27017", "27018", "java", "-Xmx512m", "-cp", "/opt/double/lib/*:/opt/double/classes", "MongoServer", "27018", "/data/db/double"]
