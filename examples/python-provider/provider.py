"""A provider of Inkstream in Python, on Kafka and HTTP alone: it reads pictures with Tesseract. README.md says how to run it."""

import io, itertools, json, os, signal, threading, time, uuid

import requests
import tesserocr
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from PIL import Image, ImageOps

NAME = "python-tesseract"
BROKERS = os.environ["KAFKA_BROKERS"].split(",")
DOOR = os.environ["PROVIDER_DOOR_URL"] + f"/providers/{NAME}/requests"
WORKER = str(uuid.uuid4())  # new at each start: another process that begins finds that this one was lost
ANNOUNCEMENT = {
    **{"name": NAME, "version": "1.0.0", "description": "Tesseract from Python", "state": "ready", "instance": WORKER},
    **{"accepts": ["image/jpeg", "image/png", "image/webp"], "model": f"tesseract-{tesserocr.tesseract_version().split()[1]}"},
    "limits": {"maxBytes": 20_000_000, "maxPages": 1, "maxPixels": 50_000_000},
}

stopping = threading.Event()
producer = KafkaProducer(bootstrap_servers=BROKERS)
http = requests.Session()
http.headers["Authorization"] = "Bearer " + os.environ["PROVIDER_SECRET"]
engine = tesserocr.PyTessBaseAPI(path=os.environ["TESSDATA_PREFIX"], lang="eng")


class Gone(Exception):
    """Inkstream knows nothing of the request, or no more."""


def announce():
    """Says every 5 s that it is there, and in the end that it is not."""
    lifetime_ms = 30_000
    while lifetime_ms > 0:
        lifetime_ms = 0 if stopping.is_set() else 30_000
        said = json.dumps({**ANNOUNCEMENT, "lifetimeMs": lifetime_ms}).encode()
        producer.send("ocr.providers", key=NAME.encode(), value=said)
        stopping.wait(5)


def call(method, url, body=None, count=None):
    """Calls the door until it answers: it answers a repeated call as before. `count` names the field that says how often."""
    for tries in itertools.count():
        if count:
            body = {**body, count: tries}
        try:
            response = http.request(method, url, json=body, timeout=60)
        except requests.RequestException:  # it is away, or ended in the middle of an answer
            response = None
        if response is not None and response.status_code in (404, 410):
            raise Gone(response.json()["details"])
        if response is not None and response.status_code < 500 and response.status_code != 429:
            response.raise_for_status()
            return response
        if stopping.wait(min(0.2 * 2**tries, 10)):
            raise SystemExit  # whoever is given the message next goes on


def read_page(document, number):
    if number > 1:
        return {"pageCount": 1, "error": {"code": "unsupported_document", "message": "A picture has one page"}}
    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(document))).convert("RGB")
    except OSError:
        return {"pageCount": 1, "error": {"code": "corrupt_document", "message": "The picture cannot be decoded"}}
    engine.SetImage(picture)
    engine.Recognize()
    level = tesserocr.RIL.TEXTLINE
    lines = [
        {"text": text, "confidence": line.Confidence(level) / 100, "box": line.BoundingBox(level)}
        for line in tesserocr.iterate_level(engine.GetIterator(), level)
        if (text := line.GetUTF8Text(level).strip())
    ]
    return {"pageCount": 1, "model": ANNOUNCEMENT["model"], "width": picture.width, "height": picture.height, "lines": lines}


def work(message):
    """Makes one attempt. Returns in how many seconds the next may begin; None if the execution has ended."""
    ce = {name: value.decode() for name, value in message.headers}
    request = f"{DOOR}/{ce['ce_jobid']}/{ce['ce_jobuid']}/{ce['ce_revision']}"
    standing = call("POST", f"{request}/attempts", {"worker": WORKER}, count="redelivered").json()
    if standing["status"] == "running":
        attempt = f"{request}/attempts/{standing['attempt']}"
        try:
            document = call("GET", f"{request}/document").content
            for number in json.loads(message.value).get("pages", [1]):
                if number not in standing["pages"]:
                    call("PUT", f"{attempt}/pages/{number}", read_page(document, number))
            standing = call("POST", f"{attempt}/completion", {}).json()
        except Gone:
            standing = call("GET", request).json()
        except Exception as error:  # what was not foreseen: the door decides whether to try again
            print(f"{request}: {error!r}", flush=True)
            failure = {"code": "internal_error", "message": "The provider failed on this document"}
            standing = call("POST", f"{attempt}/failure", failure).json()
    return {"pending": standing.get("afterMs", 0) / 1000, "running": 1}.get(standing["status"])


def set_aside(message, why):
    headers = {"x-reason": "event_lost", "x-error": why, "x-topic": message.topic, "x-offset": str(message.offset)}
    headers["x-time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    both = [*message.headers, *((name, text.encode()) for name, text in headers.items())]
    producer.send("ocr.dead-letters", key=message.key, value=message.value, headers=both).get(30)


def handle(consumer, message, due):
    place = TopicPartition(message.topic, message.partition)
    try:
        wait = work(message)
    except Gone as error:
        wait = set_aside(message, str(error))
    if wait is None:
        consumer.commit({place: OffsetAndMetadata(message.offset + 1, "", -1)})
    else:  # what follows in its partition waits with it, other partitions go on
        consumer.seek(place, message.offset)
        consumer.pause(place)
        due[place] = time.monotonic() + wait


def main():
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    options = {"bootstrap_servers": BROKERS, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    options |= {"session_timeout_ms": 10_000, "max_poll_interval_ms": 3_600_000, "metadata_max_age_ms": 5_000}
    # A group is of one topic. Bulk work is done while there is no other.
    kinds = ("", ".bulk")
    consumers = [KafkaConsumer(f"ocr.requests.{NAME}{kind}", group_id=f"ocr-{NAME}{kind}", **options) for kind in kinds]
    announcing = threading.Thread(target=announce)
    announcing.start()
    due = {}
    try:
        while not stopping.is_set():
            for consumer in consumers:
                consumer.resume(*(place for place in consumer.paused() if due[place] <= time.monotonic()))
                messages = sum(consumer.poll(timeout_ms=100, max_records=1).values(), [])
                for message in messages:
                    handle(consumer, message, due)
                if messages:
                    break
    finally:
        stopping.set()
        announcing.join()
        for client in (producer, *consumers):
            client.close()


if __name__ == "__main__":
    main()
