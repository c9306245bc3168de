"""Run the migrations on the connection that `data.migrate` hands over, inside its transaction."""

from alembic import context

from data import schema_life  # noqa: F401 - makes its tables known
from data.schema import Base

connection = context.config.attributes["connection"]
lite = connection.dialect.name == "sqlite"
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=lite,  # SQLite cannot alter most of a table
    # another program's table of the same name may lie on the path, behind the study's own schema
    version_table_schema=None if lite else connection.dialect.default_schema_name,
)
context.run_migrations()
