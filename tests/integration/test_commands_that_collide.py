"""A deadlock or a serialisation failure reaches nobody who types a command: it is tried again."""

import time
from collections.abc import Callable, Generator
from pathlib import Path

import psycopg
import pytest

from coldbind.again import run_until_it_fits
from coldbind.commands.session import console
from storage.database import ATTEMPTS, Collision
from storage.errors import Unavailable
from tests.commands import Answer, Running, coldbind
from tests.stocked import Stocked, stocked

COLLIDES = """
create sequence collisions;
create function collide() returns trigger language plpgsql as $$
begin
    if nextval('collisions') <= {times} then  -- a sequence keeps counting, whatever is undone
        raise exception using errcode = 'serialization_failure', message = 'could not serialize access';
    end if;
    return new;
end
$$;
create trigger collides before insert on {table} for each row execute function collide();
"""

_DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """U1 of ten boxes in bin A."""
    with stocked(database_url) as centre:
        centre.receive("L1", [("U1", 10)], bin_="dc1.zone1.a")
        yield centre


def ask(centre: Stocked, *arguments: str, **told: str) -> Answer:
    return coldbind(*arguments, told={"COLDBIND_DATABASE_URL": centre.url, **told})


def collide(centre: Stocked, table: str, times: int) -> None:
    """The next so many rows that anybody inserts into the table collide."""
    with psycopg.connect(centre.url) as connection:
        connection.execute(COLLIDES.format(table=table, times=times).encode())


@pytest.mark.parametrize(
    ("table", "command", "answer"),
    [
        ("binding.movement", ("move", "U1", "dc1.zone1.b"), "unit U1: recorded\n"),
        ("binding.movement", ("unit", "adjust", "U1", "9"), "unit U1: adjusted by -1\n"),
        ("erp.hold", ("hold", "place", "U1", "--cause", "damage", "--reason", "x"), "held for damage"),
        ("erp.account", ("user", "add", "anna", "--name", "Anna"), "account anna: Anna may sign\n"),
    ],
)
def test_what_collided_is_done_and_told_once(
    centre: Stocked, table: str, command: tuple[str, ...], answer: str
) -> None:
    collide(centre, table, ATTEMPTS - 1)
    done = ask(centre, *command, COLDBIND_NEW_PASSWORD="a long enough phrase")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(answer)
    assert done.out.count("\n") == 1
    assert centre.ask("select last_value from collisions") == [{"last_value": ATTEMPTS}]


@pytest.mark.parametrize("command", [("move", "U1", "dc1.zone1.b"), ("task", "add", "U1")])
def test_what_never_fits_is_told_in_a_sentence(centre: Stocked, command: tuple[str, ...]) -> None:
    collide(centre, "binding.movement", 1000)
    collide_tasks = "create trigger collides before insert on erp.warehouse_task"
    centre.ask(f"{collide_tasks} for each row execute function collide()")
    ask(centre, *command).refused("others changed the same things", "could not serialize", "try again")
    assert centre.ask("select last_value from collisions") == [{"last_value": ATTEMPTS}]


def test_a_deadlock_with_a_program_that_locks_the_other_way_round(
    centre: Stocked, tmp_path: Path
) -> None:
    """Somebody holds the head of the audit chain and then wants the unit that the command has."""
    command = ("unit", "adjust", "U1", "9")
    told = {"COLDBIND_DATABASE_URL": centre.url}
    with psycopg.connect(centre.url) as other:
        other.execute("set deadlock_timeout = '1min'")  # the command notices first and is undone
        other.execute("select from audit.head for update")
        with Running(*command, told=told, log=tmp_path / "said") as typed:
            wait_until(lambda: centre.ask("select 1 as one from pg_locks where not granted") != [])
            other.execute("select from binding.stock_unit where code = 'U1' for update")
            other.rollback()
            assert typed.wait(60) == 0
            assert typed.said == "unit U1: adjusted by -1\n"
    wait_until(lambda: centre.ask(_DEADLOCKS) == [{"deadlocks": 1}])


def wait_until(so: Callable[[], bool], patience: float = 20) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + patience
    while not so():
        assert time.monotonic() < deadline, "it never was so"
        time.sleep(0.02)


def test_what_has_spoken_is_not_run_again() -> None:
    runs: list[int] = []

    def command() -> None:
        runs.append(1)
        console.print("told")
        raise Collision("deadlock detected")

    with pytest.raises(Unavailable, match="deadlock detected"):
        run_until_it_fits(command)
    assert len(runs) == 1
