"""The device's side of the path: a UDP datagram is answered once it is safe in the gateway's spool.

The answer is a short digest of the datagram, so a device needs no message numbers: it keeps what it
sent until the matching answer comes and sends it again after a while. A device that cannot listen
still works, without that promise. Datagrams sent twice are harmless: a reading is identified by
its series and time.
"""

from hashlib import blake2b

RECEIPT_BYTES = 8
LARGEST_DATAGRAM = 1200
"""Bytes that cross every common link without IP fragmentation."""


def receipt(datagram: bytes) -> bytes:
    """The answer that confirms `datagram`: its BLAKE2b digest, 8 bytes."""
    return blake2b(datagram, digest_size=RECEIPT_BYTES).digest()
