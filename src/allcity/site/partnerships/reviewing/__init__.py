"""The right of answer: what the screen of supplanting shows of a school, put to it before anybody else reads it."""
