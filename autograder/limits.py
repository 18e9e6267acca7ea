"""How much of what a stranger hands in is read: every limit on files, in one place.

They apply in this order, each before anything that costs more than the one before: bytes of a file,
depth and parts of its JSON, cells, text. What is over a limit is *ungraded*, with the reason in a
line, and the same at every run. docs/security.md states them.
"""

from __future__ import annotations

MIB = 2**20

#: Bytes of a notebook. One with its figures has a few megabytes; reading takes four times as much.
NOTEBOOK_BYTES = 32 * MIB
#: Brackets within brackets of its JSON.
NESTING = 100
#: Texts, brackets and commas of its JSON: what takes memory beside the bytes.
PARTS = 1_000_000
#: Cells: more than anyone writes.
CELLS = 2_000
#: Characters of one cell of code, of one of its lines, and of all cells of code together.
CODE, LINE, ALL_CODE = 200_000, 100_000, 1_000_000
#: Characters of one cell of prose, which may hold pictures (Colab writes them into the text) ...
PROSE = 16 * MIB
#: ... and of all of its words: without pictures.
WORDS = 200_000
#: Of these so many are rendered, of a cell and in all; the rest is shown as it was written, since
#: the renderer's time grows with the square of a text's length.
RENDERED, ALL_RENDERED = 20_000, 200_000

#: Of more files than this that may be the notebook, the newest are looked at ...
CANDIDATES = 20
#: ... until so many bytes were read.
CANDIDATE_BYTES = 2 * NOTEBOOK_BYTES

#: Bytes and number of a submission's files beside its notebook: all of them travel with it.
BESIDE_BYTES, BESIDE_FILES = 64 * MIB, 2_000

#: What one student's files and archives may unpack to in ``zip_collect``, and how many they are.
STUDENT_BYTES, STUDENT_FILES = 256 * MIB, 1_000
#: Archives in archives.
ARCHIVE_DEPTH = 3
#: Bytes of the list of files of a student's own archive: all of it is read at once.
OWN_LIST_BYTES = 2 * MIB
#: Lines of the log about one student's files.
STUDENT_LINES = 5
