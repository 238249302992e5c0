"""Documents that leave the house: a board of classes, a worker that renders, immutable files.

`base` is the plug board, `services` the life of a job, `pdf` (WeasyPrint) is imported by workers
only: a web process never loads it.
"""
