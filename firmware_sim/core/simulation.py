"""The simulated site: rooms and sensors driven through time by a scenario."""

from firmware_sim.core.faults import CompressorFailure, DoorOpen, WarmLoad
from firmware_sim.core.packet import Packet
from firmware_sim.core.room import STEP, RoomModel
from firmware_sim.core.scenario import Scenario
from firmware_sim.core.sensor import SensorModel

__all__ = ["Packet", "Simulation"]


class Simulation:
    """Plays a scenario forward; what it sends does not depend on how `advance` cuts the time."""

    def __init__(self, scenario: Scenario) -> None:
        self.start = scenario.start
        self.now = scenario.start - 1
        """All packets up to and including this instant were handed out."""
        self._steps = 0
        in_rooms = [fault for fault in scenario.faults if isinstance(fault, _ROOM_FAULTS)]
        in_sensors = [fault for fault in scenario.faults if not isinstance(fault, _ROOM_FAULTS)]
        self._rooms = {
            room.name: RoomModel(
                room, scenario.start, [fault for fault in in_rooms if fault.room == room.name]
            )
            for room in scenario.rooms
        }
        self._sensors = [
            (
                sensor.room,
                SensorModel(
                    sensor,
                    scenario.start,
                    scenario.seed,
                    self._rooms[sensor.room].air_degc,
                    [fault for fault in in_sensors if fault.sensor == sensor.name],
                ),
            )
            for sensor in scenario.sensors
        ]

    def advance(self, until: int) -> list[Packet]:
        """The packets sent after the last call, up to and including the instant `until`.

        They are in order of `sent_at`, those of the same instant in the scenario's order of sensors.
        An `until` that was already reached gives an empty list.
        """
        if until <= self.now:
            return []
        steps = -(-(until - self.start) // STEP) - self._steps
        air = {name: room.advance(steps) for name, room in self._rooms.items()}
        sent = [packet for room, sensor in self._sensors for packet in sensor.advance(air[room], until)]
        sent.sort(key=_sent_at)
        self._steps += steps
        self.now = until
        return sent


_ROOM_FAULTS = (CompressorFailure, DoorOpen, WarmLoad)


def _sent_at(packet: Packet) -> int:
    return packet.sent_at
