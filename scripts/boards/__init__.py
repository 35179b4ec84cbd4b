"""Board drawings for teachers, one function per board; what they draw with is in chalk.py."""
