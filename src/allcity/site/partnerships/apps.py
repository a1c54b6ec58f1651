from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "allcity.site.partnerships"
    verbose_name = _("Partnerships")

    def ready(self) -> None:
        """Have schools asked after what partners report, and coordinators after what may be told twice."""
        from allcity.site.accounts import personal_data
        from allcity.site.cities import workspace
        from allcity.site.conversations import subjects
        from allcity.site.directory.domain.merging import AFTERWARDS, OF_A_PLACE
        from allcity.site.needs.proposals import following
        from allcity.site.needs.survey import steps
        from allcity.site.notices import work
        from allcity.site.partnerships import subject, visibility
        from allcity.site.partnerships.agreeing import domain as agreeing
        from allcity.site.partnerships.agreeing import following as agreeing_following
        from allcity.site.partnerships.agreeing import queries as agreeing_queries
        from allcity.site.partnerships.agreeing import words as agreeing_words
        from allcity.site.partnerships.agreeing import work as agreeing_work
        from allcity.site.partnerships.checking import tasks as checking_tasks
        from allcity.site.partnerships.checking import teachers as checking_teachers
        from allcity.site.partnerships.checking import telling as checking_telling
        from allcity.site.partnerships.checking import work as checking_work
        from allcity.site.partnerships.delivering import domain as delivering
        from allcity.site.partnerships.delivering import queries as delivering_queries
        from allcity.site.partnerships.delivering import tasks as delivering_tasks
        from allcity.site.partnerships.delivering import work as delivering_work
        from allcity.site.partnerships.delivering.gathering import gather_anew
        from allcity.site.partnerships.evaluating import domain as evaluating
        from allcity.site.partnerships.evaluating import queries as evaluating_queries
        from allcity.site.partnerships.evaluating import tasks as evaluating_tasks
        from allcity.site.partnerships.evaluating import work as evaluating_work
        from allcity.site.partnerships.models import Answer, Signature, View
        from allcity.site.partnerships.readiness import domain as readiness
        from allcity.site.partnerships.readiness import queries as readiness_queries
        from allcity.site.partnerships.readiness import tasks as readiness_tasks
        from allcity.site.partnerships.readiness import work as readiness_work
        from allcity.site.partnerships.reviewing import domain as reviewing
        from allcity.site.partnerships.reviewing import queries as reviewing_queries
        from allcity.site.partnerships.reviewing import work as reviewing_work
        from allcity.site.partnerships.twice.survey_step import ADDER
        from allcity.site.partnerships.twice.work import told_twice
        from allcity.site.worker import daily

        OF_A_PLACE.update({Signature: ("agreement_id",), View: ("evaluation_id",), Answer: ("review_id",)})
        AFTERWARDS.extend((agreeing.settle_signatures, gather_anew))
        following.register(agreeing_following.agreement)
        subjects.register("partnership", subject.find, is_open=True)
        visibility.register()
        work.register(agreeing_work.agreements)
        personal_data.register("agreements", agreeing_queries.personal_data, agreeing.erase)
        workspace.register(
            _("Partnerships"),
            "city:my-partnerships",
            "partnerships.have",
            _("Agreements to write and to sign, what goes on, and what is over."),
        )
        steps.register(ADDER)
        work.register(told_twice)
        work.register(delivering_work.sessions)
        personal_data.register("sessions", delivering_queries.personal_data, delivering.erase)
        daily(delivering_tasks.look_after_sessions, hour=12)
        workspace.register(
            _("One delivery or two?"),
            "city:deliveries-told-twice",
            "partnerships.join_accounts",
            _("What a school and an organization each told of, so that nobody is counted twice."),
        )
        work.register(reviewing_work.reviews)
        personal_data.register("reviews", reviewing_queries.personal_data, reviewing.erase)
        workspace.register(
            _("All partnerships of the city"),
            "city:partnership-portfolio",
            "cities.open_workspace",
            _("How far they are, how they stand, where they go, and on whom the city depends."),
        )
        workspace.register(
            _("Adding, or in place of the school's own?"),
            "city:reviews",
            "partnerships.review",
            _("Schools whose own music fell since a partner came, to ask and to listen to."),
        )
        work.register(readiness_work.readiness)
        personal_data.register("readiness", readiness_queries.personal_data, readiness.erase)
        daily(readiness_tasks.look_after_readiness, hour=12)
        workspace.register(
            _("Ready to work with students"),
            "city:readiness",
            "partnerships.have",
            _("Clearances, insurance and training: what is in order, and what runs out."),
        )
        workspace.register(
            _("What the city asks of partners"),
            "city:requirements",
            "partnerships.keep_requirements",
            _("What is to be in order before somebody works with students, and for how long it is valid."),
        )
        workspace.register(
            _("The year's calendar"),
            "city:partnership-calendar",
            "partnerships.have",
            _("What is due in your partnerships, month by month."),
        )
        work.register(evaluating_work.evaluations)
        personal_data.register("evaluations", evaluating_queries.personal_data, evaluating.erase)
        daily(evaluating_tasks.look_back_on_partnerships, hour=12)
        agreeing.AGREED.append(evaluating.reckon_due)
        agreeing_words.register("viewed", _("%(place)s said how it sees a year of it"))
        agreeing_words.register("decided", _("All wish the same of how it goes on"))
        for step, words in checking_telling.EVENTS.items():
            agreeing_words.register(step, words)
        work.register(checking_work.check_ins)
        personal_data.register("check_ins", checking_work.personal_data, checking_teachers.forget_person)
        daily(checking_tasks.look_after_check_ins, hour=12)
        daily(checking_tasks.forget_teachers, hour=3)
