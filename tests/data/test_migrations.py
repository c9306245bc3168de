"""Migrations: the newest schema from any start, and the old one when a migration dies midway."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.database import database_url, make_engine
from data.migrate import MIGRATIONS, revision_of, upgrade
from data.schema import HEAD, Base
from data.store import Store
from geo.errors import StudyError

REPO = Path(__file__).parents[2]
SECOND = '''
"""A second migration that alters a table and can be made to die after it did."""
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


@pytest.fixture
def scripts(tmp_path):
    copied = tmp_path / "migrasi 100% é"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "versions" / "9999_next.py").write_text(
        SECOND.replace("@HEAD@", HEAD), encoding="utf-8"
    )
    return copied


@pytest.fixture
def engine(tmp_path):
    made = make_engine(database_url(tmp_path / "tapak.sqlite"), wait_s=1)
    upgrade(made)
    with made.execution_options(writes=True).begin() as connection:
        file = dict.fromkeys(
            ("kind", "name", "path", "sha256", "added_at", "source", "licence"), ""
        )
        file |= {"bytes": 1, "options": {}, "superseded": False, "id": 1}
        connection.execute(sa.insert(Base.metadata.tables["file"]), file)
        place = dict.fromkeys(("sheet", "name", "kind", "kind_text", "code", "agency"), "")
        place |= dict.fromkeys(("address", "desa", "kecamatan"), "")
        place |= {"id": "p-1", "file_id": 1, "row": 1, "has_point": False, "version": 1}
        connection.execute(sa.insert(Base.metadata.tables["candidate"]), place)
    yield made
    made.dispose()


def _schema(engine):
    raw = sqlite3.connect(engine.url.database)
    found = raw.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    raw.close()
    return found


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(engine):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


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
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]


def test_a_migration_that_raises_midway_leaves_the_old_schema_and_can_run_again(
    engine, scripts, monkeypatch
):
    before = _schema(engine)
    monkeypatch.setenv("TAPAK_TEST_DIE", "raise")
    with pytest.raises(RuntimeError, match="midway"):
        upgrade(engine, scripts=scripts, head="9999")
    assert _schema(engine) == before
    assert revision_of(engine) == HEAD
    monkeypatch.delenv("TAPAK_TEST_DIE")
    upgrade(engine, scripts=scripts, head="9999")
    assert revision_of(engine) == "9999"
    assert "note" in {column["name"] for column in sa.inspect(engine).get_columns("file")}


def test_a_process_that_dies_midway_leaves_the_old_schema_and_the_next_one_migrates(
    engine, scripts, monkeypatch
):
    before = _schema(engine)
    monkeypatch.setenv("TAPAK_TEST_DIE", "exit")
    code = (
        "import sys; from pathlib import Path; from data.database import *; from data.migrate import upgrade\n"
        "upgrade(make_engine(database_url(sys.argv[1]), wait_s=1), scripts=Path(sys.argv[2]), head='9999')"
    )
    command = [sys.executable, "-c", code, engine.url.database, str(scripts)]
    assert subprocess.run(command, cwd=REPO, check=False).returncode == 9
    assert _schema(engine) == before
    monkeypatch.delenv("TAPAK_TEST_DIE")
    upgrade(engine, scripts=scripts, head="9999")
    assert revision_of(engine) == "9999"


def test_rows_that_point_at_a_table_survive_its_being_rebuilt(engine, scripts):
    upgrade(engine, scripts=scripts, head="9999")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT file_id FROM candidate")).scalars().all() == [1]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        tied = connection.exec_driver_sql("PRAGMA foreign_key_list(candidate)").first()
        assert tied[2] == "file"


def test_a_study_of_a_newer_tapak_is_refused_and_left_alone(tmp_path, engine, scripts):
    upgrade(engine, scripts=scripts, head="9999")
    before = _schema(engine)
    with pytest.raises(StudyError) as caught:
        Store.open(tmp_path / "tapak.sqlite")
    assert caught.value.code == "store.newer"
    assert "perbarui Tapak" in str(caught.value)
    assert _schema(engine) == before


def test_two_processes_opening_a_new_store_at_once_both_succeed(tmp_path):
    path = tmp_path / "baru.sqlite"
    code = "import sys; from data.store import Store; Store.open(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, str(path)]
    both = [subprocess.Popen(command, cwd=REPO, stderr=subprocess.PIPE) for _ in range(2)]
    told = [child.communicate()[1].decode() for child in both]
    assert [child.returncode for child in both] == [0, 0], told
