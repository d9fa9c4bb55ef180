"""The command line. One short file a command: parse, call the Python API, render.

`ragkit.cli.render` owns the terminal; `ragkit.cli.screens` lay out what it shows. Nothing heavy is imported before a
command runs.
"""
