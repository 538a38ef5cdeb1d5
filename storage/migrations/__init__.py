"""Schema history: numbered plain-SQL files, run in order by alembic."""
