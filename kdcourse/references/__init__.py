"""What the labs ask for, in NumPy and written independently of torch: values and gradients."""
