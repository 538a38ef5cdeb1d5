"""What our own line to the broker takes in when nothing is done with it but acknowledging, in groups.

The ceiling of every consumer here that acknowledges by hand: it opens no message and stores nothing.
"""

import os
import sys
import threading
import time

from benchmarks.peers.programs.told import CLIENT, MQTT_URL, TOPICS
from ingest.settings import IngestSettings
from ingest.subscription import Subscription

_PATIENCE = 0.5


def main() -> None:
    """Take in as many messages as the argument says; print when it is ready and when it was done."""
    wanted = int(sys.argv[1])
    settings = IngestSettings(os.environ[MQTT_URL], client_id=os.environ[CLIENT])
    ready = threading.Event()
    with Subscription(settings, ready.set, topics=(os.environ[TOPICS],)) as subscription:
        ready.wait()
        print("READY", flush=True)
        taken = 0
        while taken < wanted:
            group = subscription.mailbox.take(settings.group, _PATIENCE)
            subscription.acknowledge(group)
            taken += len(group)
        print(f"DONE {taken} {time.monotonic()}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
