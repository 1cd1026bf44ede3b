import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import de.bwaldvogel.mongo.wire.message.MessageHeader;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The MongoDB wire double: {@code java MongoServer <port> <journal file>}, on 127.0.0.1. */
public class MongoServer {
    private static final String ID = "_id";

    public static void main(String[] arguments) throws IOException {
        var backend = new JournaledBackend(Path.of(arguments[1]));
        var server = new de.bwaldvogel.mongo.MongoServer(backend.version(new Version()));
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    }

    /**
     * Every write is in the journal before it is applied and answered, as MongoDB's are for a majority write concern,
     * and is applied again at the next start. One message at a time, so that both orders are the same.
     */
    private static class JournaledBackend extends MemoryBackend {
        private static final Set<String> WRITES = Set.of(
                "insert", "update", "delete", "findAndModify", "findandmodify", "create", "createIndexes", "dropIndexes",
                "deleteIndexes", "drop", "dropDatabase", "renameCollection", "collMod");

        /** Bytes that must be free on the disk for a write to be taken. */
        private static final long LEAST_ROOM = 65_536;

        private final FileChannel journal;
        private final FileStore store;

        JournaledBackend(Path file) throws IOException {
            journal = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            store = Files.getFileStore(file);
            long whole = replay(journal.map(FileChannel.MapMode.READ_ONLY, 0, journal.size()));
            // A kill may have left half a record.
            journal.truncate(whole).position(whole);
        }

        @Override
        public MemoryDatabase openOrCreateDatabase(String name) {
            return new Database(name, getCursorRegistry());
        }

        @Override
        public synchronized Document handleMessage(MongoMessage message) {
            Document command = message.getDocument();
            if (WRITES.contains(command.keySet().iterator().next())) append(command);
            return super.handleMessage(message);
        }

        private void append(Document command) {
            ByteBuf bson = Unpooled.buffer();
            BsonEncoder.encodeDocument(command, bson);
            ByteBuffer bytes = bson.nioBuffer();
            try {
                // What the last block has left would take small records though the disk is full.
                if (store.getUsableSpace() < LEAST_ROOM) throw new IOException("No space left on device");
                long before = journal.position();
                try {
                    while (bytes.hasRemaining()) journal.write(bytes);
                } catch (IOException fault) {
                    // A full disk may have taken the first half: the next record would stand in its middle.
                    journal.truncate(before);
                    throw fault;
                }
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }

        /** The length of the whole records. A BSON document begins with its own length, 32 bits little-endian. */
        private long replay(ByteBuffer bytes) {
            ByteBuf bson = Unpooled.wrappedBuffer(bytes);
            var channel = new EmbeddedChannel();
            while (bson.readableBytes() >= 4 && bson.getIntLE(bson.readerIndex()) <= bson.readableBytes()) {
                Document command = BsonDecoder.decodeBson(bson);
                try {
                    super.handleMessage(new MongoMessage(channel, new MessageHeader(0, 0), command));
                } catch (RuntimeException refused) {
                    // It was refused the first time too.
                }
            }
            return bson.readerIndex();
        }
    }

    private static class Database extends MemoryDatabase {
        Database(String name, CursorRegistry cursors) {
            super(name, cursors);
        }

        @Override
        protected Index<Integer> openOrCreateUniqueIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            boolean ofIds = keys.size() == 1 && keys.get(0).getKey().equals(ID);
            return ofIds ? new IdIndex(name, keys) : super.openOrCreateUniqueIndex(collection, name, keys, sparse);
        }

        /** One that begins with the tenant would find nearly everything: it stays without use, as the server's own. */
        @Override
        protected Index<Integer> openOrCreateSecondaryIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            String first = keys.get(0).getKey();
            boolean narrows = !first.equals("tenant") && !first.contains(".");
            return narrows ? new FirstKeyIndex(name, keys) : super.openOrCreateSecondaryIndex(collection, name, keys, sparse);
        }
    }

    /**
     * Serves a filter by the values that it wants of the index's first key. The server itself has no indexes but unique
     * ones, so that all documents are read for each query. It compares what an index finds with the whole filter.
     */
    private static class FirstKeyIndex extends Index<Integer> {
        private final String key;
        /** Of each value, the documents that have it: their positions by their ids. */
        private final Map<KeyValue, Map<Object, Integer>> positions = new HashMap<>();

        FirstKeyIndex(String name, List<IndexKey> keys) {
            super(name, keys, false);
            key = keys.get(0).getKey();
        }

        /** 1 and 1.0 are the same. */
        private static KeyValue normalized(Object value) {
            return new KeyValue(Collections.singletonList(value)).normalized();
        }

        private Map<Object, Integer> having(Object value) {
            return positions.getOrDefault(normalized(value), Map.of());
        }

        @Override
        public synchronized Integer getPosition(Document document) {
            return having(document.get(key)).get(document.get(ID));
        }

        @Override
        public void checkAdd(Document document, MongoCollection<Integer> collection) {}

        @Override
        public synchronized void add(Document document, Integer position, MongoCollection<Integer> collection) {
            KeyValue value = normalized(document.get(key));
            positions.computeIfAbsent(value, none -> new LinkedHashMap<>()).put(document.get(ID), position);
        }

        @Override
        public synchronized Integer remove(Document document) {
            KeyValue value = normalized(document.get(key));
            Map<Object, Integer> same = positions.getOrDefault(value, new HashMap<>());
            Integer position = same.remove(document.get(ID));
            if (same.isEmpty()) positions.remove(value);
            return position;
        }

        @Override
        public void checkUpdate(Document before, Document after, MongoCollection<Integer> collection) {}

        @Override
        public synchronized void updateInPlace(
                Document before, Document after, Integer position, MongoCollection<Integer> collection) {
            remove(before);
            add(after, position, collection);
        }

        private static boolean isIn(Document condition) {
            return condition.keySet().equals(Set.of("$in"));
        }

        @Override
        public boolean canHandle(Document filter) {
            if (!filter.containsKey(key)) return false;
            Object wanted = filter.get(key);
            return wanted instanceof Number
                    || wanted instanceof String
                    || wanted instanceof Document condition && isIn(condition);
        }

        @Override
        public synchronized Iterable<Integer> getPositions(Document filter) {
            Object wanted = filter.get(key);
            var values = wanted instanceof Document condition ? (Collection<?>) condition.get("$in") : List.of(wanted);
            Set<Integer> found = new LinkedHashSet<>();
            for (Object value : values) found.addAll(having(value).values());
            return found;
        }

        @Override
        public synchronized long getCount() {
            return positions.values().stream().mapToLong(Map::size).sum();
        }

        @Override
        public long getDataSize() {
            return getCount();
        }

        @Override
        public void drop() {}
    }

    /**
     * Serves what a filter asks of the id whatever else it asks, where the server's own wants a filter of nothing else
     * and all documents are read for any other. The server compares what an index finds with the whole filter.
     */
    private static class IdIndex extends MemoryUniqueIndex {
        IdIndex(String name, List<IndexKey> keys) {
            super(name, keys, false);
        }

        @Override
        public synchronized boolean canHandle(Document filter) {
            return super.canHandle(idOf(filter));
        }

        @Override
        public synchronized Iterable<Integer> getPositions(Document filter) {
            return super.getPositions(idOf(filter));
        }

        private static Document idOf(Document filter) {
            return filter.containsKey(ID) ? new Document(ID, filter.get(ID)) : new Document();
        }
    }

    /** The oldest that drivers of today accept: the server's own newest claims a wire version below that. */
    private static class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }
}
