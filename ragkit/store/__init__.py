"""What was ingested, kept so that it can be found: a folder with an SQLite catalogue and a FAISS file derived from it.

    store.sqlite             the truth: documents, chunks, full text, vectors, failures
    index/gen-<n>.faiss      derived: an immutable index of the chunks up to some row id
    lock, lock.pid           who writes

`ragkit.store.store.Store` is the door; nothing here knows of embedders, chunkers or prompts.
"""
