"""What Alembic runs: the caller's connection and transaction, nothing of its own."""

from alembic import context

from quarantine.store import tables as tables
from quarantine.store.schema import METADATA, complete_for_postgresql

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    complete_for_postgresql()
context.configure(
    connection=connection,
    target_metadata=METADATA,
    # SQLite cannot alter most of a table in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
