"""How an answer to students looks: as lines of text, and as a block in a notebook."""
