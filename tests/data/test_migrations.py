"""Migrations: the newest schema from any released one, and the old one when a migration dies."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.database import engine_of
from data.migrate import MIGRATIONS, revision_of, upgrade
from data.schema import HEAD, Base
from data.server import Server
from data.store import Store
from geo.errors import StudyError

REPO = Path(__file__).parents[2]
RELEASED = ("0001", "0002", "0003", "0004", "0005")
NEXT = '''
"""A migration that alters a table and can be made to die after it did."""
import os
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "@HEAD@"
def upgrade():
    with op.batch_alter_table("file") as table:
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        table.alter_column("name", type_=sa.String(80), existing_type=sa.Text())  # rebuilds it
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    how = os.environ.get("TAPAK_TEST_DIE")
    if how == "raise":
        raise RuntimeError("midway")
    if how == "exit":
        os._exit(9)
'''
OPENER = """
import json, os, sys
from pathlib import Path
from data.database import engine_of
from data.migrate import upgrade
from data.server import Server
told = json.loads(sys.argv[1])
place = Path(told["path"]) if "path" in told else Server(**told)
upgrade(engine_of(place, wait_s=5), scripts=Path(sys.argv[2]), head=sys.argv[3])
"""


def opening(place, scripts=MIGRATIONS, head=HEAD):
    told = {"path": str(place)} if isinstance(place, Path) else {"url": place.url}
    if isinstance(place, Server):
        told["schema"] = place.schema
    return [sys.executable, "-c", OPENER, json.dumps(told), str(scripts), head]


@pytest.fixture
def scripts(tmp_path):
    copied = tmp_path / "migrasi 100% é"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "versions" / "9999_next.py").write_text(
        NEXT.replace("@HEAD@", HEAD), encoding="utf-8"
    )
    return copied


@pytest.fixture
def engine(place):
    made = engine_of(place, wait_s=1)
    upgrade(made)
    fill(made)
    yield made
    made.dispose()


def fill(engine):
    """Put a file and a candidate into the first schema or any later one."""
    with engine.execution_options(writes=True).begin() as connection:
        file = dict.fromkeys(("name", "path", "sha256", "added_at", "source", "licence"), "")
        file |= {"kind": "assets", "bytes": 1, "options": {}, "superseded": False, "id": 1}
        connection.execute(sa.insert(Base.metadata.tables["file"]), file)
        place = dict.fromkeys(("sheet", "name", "kind", "kind_text", "code", "agency"), "")
        place |= dict.fromkeys(("address", "desa", "kecamatan"), "")
        place |= {"id": "p-1", "file_id": 1, "row": 1, "has_point": False, "version": 1}
        connection.execute(sa.insert(Base.metadata.tables["candidate"]), place)


def schema_of(engine):
    """Everything the database says of the store's shape, as plain text."""
    if engine.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master ORDER BY name"
    else:
        query = (
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation, "
            "pg_get_indexdef(c.oid) FROM pg_class c LEFT JOIN pg_attribute a ON "
            "a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = "
            "current_schema()::regnamespace ORDER BY 1, 2, 3"
        )
    with engine.connect() as connection:
        return [repr(tuple(row)) for row in connection.exec_driver_sql(query)]


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(engine):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    lite = engine.dialect.name == "sqlite"

    def ours(_thing, name, *_):
        """The row that writers take first is the server's own, as the index of places is."""
        own = {"written", "alembic_version", "spatial_ref_sys"}
        return name not in own and not (lite and name == "ix_candidate_geom")

    with engine.connect() as connection:
        opts = {"compare_type": lite, "include_object": ours}
        opts["version_table_schema"] = None if lite else engine.dialect.default_schema_name
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_every_text_on_the_server_has_any_length_and_is_ordered_by_its_bytes(server):
    with Store.open(server) as store, store.snapshot() as raw:
        found = raw.exec_driver_sql(
            "SELECT table_name, column_name, data_type, collation_name "
            "FROM information_schema.columns WHERE table_schema = current_schema() AND "
            "data_type LIKE '%%char%%' OR table_schema = current_schema() AND data_type = 'text'"
        ).all()
    assert len(found) > 40
    assert [
        column for column in found if column[0] != "alembic_version" and column[2:] != ("text", "C")
    ] == []


def test_the_head_the_code_expects_is_the_newest_migration(engine):
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    assert revision_of(engine) == HEAD


def test_every_migration_can_be_undone(engine):
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    own = None if engine.dialect.name == "sqlite" else engine.dialect.default_schema_name
    assert sa.inspect(engine).get_table_names(schema=own) == ["alembic_version"]


def test_a_migration_that_raises_midway_leaves_the_old_schema_and_can_run_again(
    engine, scripts, monkeypatch
):
    before = schema_of(engine)
    monkeypatch.setenv("TAPAK_TEST_DIE", "raise")
    with pytest.raises(RuntimeError, match="midway"):
        upgrade(engine, scripts=scripts, head="9999")
    assert schema_of(engine) == before
    assert revision_of(engine) == HEAD
    monkeypatch.delenv("TAPAK_TEST_DIE")
    upgrade(engine, scripts=scripts, head="9999")
    assert revision_of(engine) == "9999"
    assert "note" in {column["name"] for column in sa.inspect(engine).get_columns("file")}


def test_a_process_that_dies_midway_leaves_the_old_schema_and_the_next_one_migrates(
    place, engine, scripts, monkeypatch
):
    before = schema_of(engine)
    monkeypatch.setenv("TAPAK_TEST_DIE", "exit")
    command = opening(place, scripts, "9999")
    assert subprocess.run(command, cwd=REPO, check=False).returncode == 9
    assert schema_of(engine) == before
    monkeypatch.delenv("TAPAK_TEST_DIE")
    upgrade(engine, scripts=scripts, head="9999")
    assert revision_of(engine) == "9999"


def test_rows_that_point_at_a_table_survive_its_being_rebuilt(engine, scripts):
    upgrade(engine, scripts=scripts, head="9999")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT file_id FROM candidate")).scalars().all() == [1]
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        tied = sa.inspect(connection).get_foreign_keys("candidate")
        assert [key["referred_table"] for key in tied] == ["file"]


def test_a_study_of_a_newer_tapak_is_refused_and_left_alone(place, engine, scripts):
    upgrade(engine, scripts=scripts, head="9999")
    before = schema_of(engine)
    with pytest.raises(StudyError) as caught:
        Store.open(place)
    assert caught.value.code == "store.newer"
    assert "perbarui Tapak" in str(caught.value)
    assert schema_of(engine) == before


def test_two_processes_opening_a_new_store_at_once_both_succeed(place):
    both = [subprocess.Popen(opening(place), cwd=REPO, stderr=subprocess.PIPE) for _ in range(2)]
    told = [child.communicate()[1].decode() for child in both]
    assert [child.returncode for child in both] == [0, 0], told


@pytest.mark.parametrize("released", RELEASED)
def test_every_released_schema_is_brought_forward_with_its_rows(place, released):
    engine = engine_of(place, wait_s=1)
    upgrade(engine, head=released)
    fill(engine)
    with Store.open(place) as store:
        assert [file.kind for file in store.files()] == ["assets"]
        assert store.candidate("p-1").version == 1
        assert store.responses() == store.plans() == store.events() == ()
    assert revision_of(engine) == HEAD


@pytest.mark.parametrize("how", ["raise", "exit"])
@pytest.mark.parametrize("released", RELEASED)
def test_a_way_forward_that_dies_before_its_end_leaves_the_released_schema(
    place, tmp_path, released, how
):
    """It raises at the end of the very next migration, or is gone at the end of the last."""
    scripts = tmp_path / "migrasi"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    dying = HEAD if how == "exit" else f"{int(released) + 1:04d}"
    (last,) = (scripts / "versions").glob(f"{dying}_*.py")
    with last.open("a", encoding="utf-8") as written:
        written.write(
            "\n\nimport os\n_whole = upgrade\ndef upgrade():\n    _whole()\n"
            "    how = os.environ.get('TAPAK_TEST_DIE')\n"
            "    if how == 'exit':\n        os._exit(9)\n"
            "    if how == 'raise':\n        raise SystemExit(8)\n"
        )
    engine = engine_of(place, wait_s=1)
    upgrade(engine, head=released)
    fill(engine)
    before = schema_of(engine)
    done = subprocess.run(
        opening(place, scripts), cwd=REPO, check=False, env=os.environ | {"TAPAK_TEST_DIE": how}
    )
    assert done.returncode == {"exit": 9, "raise": 8}[how]
    assert (schema_of(engine), revision_of(engine)) == (before, released)
    with Store.open(place) as store:
        assert [file.kind for file in store.files()] == ["assets"]
    assert revision_of(engine) == HEAD
