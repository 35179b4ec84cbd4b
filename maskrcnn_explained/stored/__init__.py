"""Stored: what stands in files of weights, below the model that they are for."""
