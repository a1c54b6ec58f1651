"""Whether a partner is ready to work with students: what the city asks for, what each says of it, and what runs out."""
