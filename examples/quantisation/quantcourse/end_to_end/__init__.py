"""The end-to-end exercise: a network, quantised by a submission's own functions, is measured."""
