"""Check-ins of each side and the teachers, students' growth on the goals, and what students say, as counts."""
