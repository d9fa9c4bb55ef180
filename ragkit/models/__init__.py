"""The inference runtime and the models that ship. Nothing here knows of stores, documents or prompts."""
