"""What Keras and its users expect of a model: names, settings, methods, processes."""
