"""What was ingested, kept so that it can be found: a folder with an SQLite catalogue and a FAISS file derived from it.

    store.sqlite             the truth: documents, chunks, full text, vectors, failures
    index/gen-<n>.faiss      derived: an immutable index of the chunks up to some row id
    reindex/                 while it is made anew: the store to be, which then takes the place of this one
    store.sqlite.v<n>.bak    the catalogue as it was before it was migrated to a newer schema
    lock, lock.pid           who writes

`ragkit.store.store.Store` is the door; nothing here knows of embedders, chunkers or prompts.
"""
