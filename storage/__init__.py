"""PostgreSQL for every stage: connection, transaction, statements, migrations, audit, servers.

The only folder that knows the driver. Stages see `storage.database.Database` and `Transaction`,
`storage.statement.Statements` and `storage.errors`; the driver is loaded with the first of these
only, so a process without a database carries none.
"""
