"""A provider of Inkstream in Python, on Kafka and HTTP alone: it reads pictures with Tesseract. See README.md."""

import io, itertools, json, os, signal, threading, time, uuid

import requests
import tesserocr
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from PIL import Image, ImageOps

NAME = "python-tesseract"
MODEL = f"tesseract-{tesserocr.tesseract_version().split()[1]}"
WORKER = str(uuid.uuid4())  # new at each start: a process that begins anew finds that the one before was lost
DOOR = f"{os.environ['PROVIDER_DOOR_URL']}/providers/{NAME}/requests"
KAFKA = {"bootstrap.servers": os.environ["KAFKA_BROKERS"]}
ANNOUNCEMENT = {
    **{"name": NAME, "version": "1.0.0", "description": "Tesseract from Python", "model": MODEL},
    **{"accepts": ["image/jpeg", "image/png", "image/webp"], "state": "ready", "instance": WORKER},
    "limits": {"maxBytes": 20_000_000, "maxPages": 1, "maxPixels": 50_000_000},
}

stopping = threading.Event()
producer = Producer(KAFKA)
http = requests.Session()
http.headers["Authorization"] = f"Bearer {os.environ['PROVIDER_SECRET']}"
engine = tesserocr.PyTessBaseAPI(path=os.environ["TESSDATA_PREFIX"], lang="eng")


class Gone(Exception):
    """Inkstream does not know the request, or no more."""


def announce():
    """Says every 5 s that it is there, and in the end that it is not."""
    lifetime_ms = 30_000
    while lifetime_ms > 0:
        lifetime_ms = 0 if stopping.is_set() else 30_000
        producer.produce("ocr.providers", key=NAME, value=json.dumps({**ANNOUNCEMENT, "lifetimeMs": lifetime_ms}))
        producer.poll(0)
        stopping.wait(5)
    producer.flush(10)


def call(method, url, body=None, count=None):
    """Calls the door until it answers: as before, if the call is repeated. `count` names a field for how often it is."""
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
    except (OSError, SyntaxError):  # how Pillow says that it can make nothing of it
        return {"pageCount": 1, "error": {"code": "corrupt_document", "message": "The picture cannot be decoded"}}
    engine.SetImage(picture)
    engine.Recognize()
    level = tesserocr.RIL.TEXTLINE
    lines = [
        {"text": text, "confidence": line.Confidence(level) / 100, "box": line.BoundingBox(level)}
        for line in tesserocr.iterate_level(engine.GetIterator(), level)
        if (text := line.GetUTF8Text(level).strip())
    ]
    return {"pageCount": 1, "model": MODEL, "width": picture.width, "height": picture.height, "lines": lines}


def work(message):
    """Makes one attempt. Returns in how many seconds the next may begin; None if the execution has ended."""
    ce = {name: value.decode() for name, value in message.headers()}
    http.headers["traceparent"] = ce.get("traceparent")  # the door's part of the trace goes on from the message
    request = f"{DOOR}/{ce['ce_subject']}/{ce['ce_jobuid']}/{ce['ce_revision']}"
    standing = call("POST", f"{request}/attempts", {"worker": WORKER}, count="redelivered").json()
    if standing["status"] == "running":
        attempt = f"{request}/attempts/{standing['attempt']}"
        try:
            document = call("GET", f"{request}/document").content
            for number in standing.get("selected", [1]):
                if number not in standing["pages"]:
                    call("PUT", f"{attempt}/pages/{number}", read_page(document, number))
            standing = call("POST", f"{attempt}/completion", {}).json()
        except Gone:  # nobody wants it read any more
            standing = call("GET", request).json()
        except Exception as error:  # what was not foreseen: the door decides whether to try again
            print(f"{request}: {error!r}", flush=True)
            failure = {"code": "internal_error", "message": "The provider failed on this document"}
            standing = call("POST", f"{attempt}/failure", failure).json()
    return {"pending": standing.get("afterMs", 0) / 1000, "running": 1}.get(standing["status"])


def set_aside(message, why):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    reason = {"x-reason": "event_lost", "x-error": why, "x-topic": message.topic(), "x-offset": str(message.offset())}
    headers = [*message.headers(), *{**reason, "x-time": at}.items()]
    producer.produce("ocr.dead-letters", key=message.key(), value=message.value(), headers=headers)
    producer.flush()


def handle(consumer, message, due):
    place = TopicPartition(message.topic(), message.partition(), message.offset())
    try:
        wait = work(message)
    except Gone as error:
        wait = set_aside(message, str(error))
    try:
        if wait is None:
            consumer.commit(message=message, asynchronous=False)
        else:  # what follows in its partition waits with it, other partitions go on
            consumer.seek(place)
            consumer.pause([place])
            due[place.topic, place.partition] = time.monotonic() + wait
    except KafkaException as error:  # the partition is another's now, who will find how far this came
        print(error, flush=True)


def main():
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    options = {**KAFKA, "enable.auto.commit": False, "auto.offset.reset": "earliest", "session.timeout.ms": 10_000}
    options |= {"max.poll.interval.ms": 3_600_000, "topic.metadata.refresh.interval.ms": 5_000}
    consumers = []
    for kind in ("", ".bulk"):  # a group is of one topic; bulk work is done while there is no other
        consumers.append(Consumer({**options, "group.id": f"ocr-{NAME}{kind}"}))
        consumers[-1].subscribe([f"ocr.requests.{NAME}{kind}"])
    announcing = threading.Thread(target=announce)
    announcing.start()
    due = {}
    try:
        while not stopping.is_set():
            for consumer in consumers:
                ready = [p for p in consumer.assignment() if due.get((p.topic, p.partition), 1e99) <= time.monotonic()]
                for place in ready:
                    consumer.resume([place])
                    del due[place.topic, place.partition]
                message = consumer.poll(0.1)
                if message is not None and not message.error():
                    handle(consumer, message, due)
                    break
    finally:
        stopping.set()
        announcing.join()
        for consumer in consumers:
            consumer.close()


if __name__ == "__main__":
    main()
