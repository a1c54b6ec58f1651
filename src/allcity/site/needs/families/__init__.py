"""What families and students want: a form of two minutes without a name, of which nothing is kept but counts."""
