"""Pages in editors' own words: the blocks that they are made of, figures in them, and their translations."""
