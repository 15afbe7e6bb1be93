"""What must outlive a restart, in a database: SQLite in a file, or PostgreSQL. The only place that knows SQL."""
