"""The course's diagrams, one module per drawing; what they draw with is in svg.py."""
