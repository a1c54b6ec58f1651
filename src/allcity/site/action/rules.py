"""Who may do what about a city's action. Which of its records somebody sees is said by their querysets."""

import rules

from allcity.site.cities.rules import is_coordinator, is_editor, is_member, is_public

rules.add_perm("action.view", is_public | is_member)
"""Read what the city shows of its plan, examinations, sessions, endorsements and briefs."""
rules.add_perm("action.commit", is_member)
"""Propose commitments, and look after one's own."""
rules.add_perm("action.keep_plan", is_coordinator)
"""Agree, verify and drop commitments, and choose what of the plan is public."""
rules.add_perm("action.answer", is_member)
"""Answer the questions of an open self-examination."""
rules.add_perm("action.examine", is_coordinator | is_editor)
"""Write what the answers of a self-examination come to, with evidence and priorities."""
rules.add_perm("action.run_examination", is_coordinator)
"""Open, close and publish a self-examination, and ask people to answer."""
rules.add_perm("action.meet", is_member)
"""See the planning sessions to which one is asked, or which are for all members."""
rules.add_perm("action.convene", is_coordinator)
"""Plan and call sessions, ask people, write minutes."""
rules.add_perm("action.endorse", is_public)
"""Endorse the Declaration, and share it."""
rules.add_perm("action.brief", is_coordinator | is_editor)
"""Write and publish briefs."""
