"""What is right, written from the definitions in NumPy: nothing here comes from the notebook."""
