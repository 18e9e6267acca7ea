"""Grades a class with one command: executes what is not stored in parallel, then books it.

`command` is the command line, `run` goes through the labs, `pool` has submissions executed by Dask
`workers` on this machine or on many (`work` is what they do), `show` tells how far it is.
"""
