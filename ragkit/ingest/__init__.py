"""Sources to chunks: find, read, chunk; the commit to a store is in `ragkit.ingest.run`."""
