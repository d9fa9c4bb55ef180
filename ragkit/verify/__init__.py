"""From an answer to claims, from claims to support: what is kept, flagged or withheld."""
