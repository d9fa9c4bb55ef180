"""Evaluation: suite -> run -> scores -> statistics -> report -> gate. `ragkit.evaluate.table` lists the metrics."""
