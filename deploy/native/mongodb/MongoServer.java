import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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

        private final FileChannel journal;

        JournaledBackend(Path file) throws IOException {
            journal = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
                while (bytes.hasRemaining()) journal.write(bytes);
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
