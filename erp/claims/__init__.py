"""Claims once they are drafted: sent to the supplier, answered, credited or replaced, and reported."""
