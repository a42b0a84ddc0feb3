"""The only place that builds the real things: settings, the database, templates, clients."""
