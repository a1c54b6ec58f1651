"""What check-ins do in the background."""

from django_tasks import task

from allcity.site.partnerships.checking import reminding, rounds, teachers


@task()
def look_after_check_ins() -> None:
    """Have the rounds there that are due, close those that are over, and remind whoever has not answered."""
    rounds.keep_all()
    reminding.remind_where_due()


@task()
def forget_teachers() -> None:
    """Forget the names and addresses of teachers in partnerships that have ended."""
    teachers.forget_teachers()
