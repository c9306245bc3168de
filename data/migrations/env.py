"""Run the migrations on the connection that `data.migrate` hands over, inside its transaction."""

from alembic import context

from data import schema_life  # noqa: F401 - makes its tables known
from data.schema import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite cannot alter most of a table
)
context.run_migrations()
