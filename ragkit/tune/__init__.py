"""Trainers for the models that ship with ragkit, usable on a user's own labelled data."""
