"""What is remarkable about a reading: the bits kept beside its value.

No bit keeps a reading from being stored; a person who looks at it sees what to think of it. Those that
say what only the readings around can tell are joined from the faults of the sensor when it is read.
"""

from enum import IntFlag


class Quality(IntFlag):
    """The bits of telemetry.reading.quality."""

    NONE = 0
    LATE = 1
    """It came to the centre long after it was measured."""
    OUT_OF_RANGE = 2
    """Its sensor cannot measure such a value reliably."""
    STUCK = 4
    """Its sensor has repeated the same value for too long."""
    SPIKE = 8
    """It stands alone, far from its neighbours."""
    CLOCK_SUSPECT = 16
    """Its gateway's clock was wrong when it came."""
    DEVICE_FLAGGED = 32
    """Its own device called it doubtful."""
    CALIBRATION_OVERDUE = 64
    """Its sensor should have been calibrated before."""


NO_EVIDENCE = Quality.OUT_OF_RANGE | Quality.STUCK | Quality.SPIKE
"""A reading with one of these says something about its sensor, nothing about the goods."""
