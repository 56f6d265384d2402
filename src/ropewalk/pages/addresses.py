"""Every address of a company: nouns, one door each."""

from __future__ import annotations

from django.urls import path

from ropewalk.pages.account import page as account
from ropewalk.pages.companies_list import page as companies_list
from ropewalk.pages.figure import page as figure
from ropewalk.pages.help import page as help_
from ropewalk.pages.importing import page as importing
from ropewalk.pages.importing import reporting, suspicions
from ropewalk.pages.importing import undoing as import_undoing
from ropewalk.pages.individual_plan import page as individual_plan
from ropewalk.pages.one_on_one import page as one_on_one
from ropewalk.pages.overview import page as overview
from ropewalk.pages.plan import announcement, publication
from ropewalk.pages.plan import page as plan
from ropewalk.pages.playbooks import brought
from ropewalk.pages.playbooks import page as playbooks
from ropewalk.pages.review import page as review
from ropewalk.pages.rope_map import page as rope_map
from ropewalk.pages.rope_map import reminders
from ropewalk.pages.setup import company, holidays, mail, people
from ropewalk.pages.setup import page as setup
from ropewalk.pages.team import page as team
from ropewalk.pages.today import page as today

COMPANY = [
    path("", companies_list.first_page, name="first_page"),
    path("setup/", setup.setup, name="setup"),
    path("setup/company/", company.company, name="setup_company"),
    path("setup/holidays/", holidays.holidays, name="setup_holidays"),
    path("setup/holidays/<int:holiday_id>/", holidays.holiday, name="setup_holiday"),
    path("setup/mail/", mail.mail, name="setup_mail"),
    path("setup/mail/test/", mail.test_mail, name="setup_test_mail"),
    path("setup/people/", people.people, name="setup_people"),
    path("setup/invitations/<int:invitation_id>/", people.invitation, name="setup_invitation"),
    path("import/", importing.imports, name="imports"),
    path("import/suspicions/", suspicions.looks_wrong, name="suspicions"),
    path("import/<int:upload_id>/", importing.one_import, name="one_import"),
    path("import/<int:upload_id>/progress/", importing.progress, name="import_progress"),
    path("import/<int:upload_id>/mapping.yaml", importing.mapping_file, name="import_mapping"),
    path("import/<int:upload_id>/undo/", import_undoing.undo_import, name="undo_import"),
    path("import/<int:upload_id>/refused/<int:number>/", reporting.refused_rows, name="refused_rows"),
    path("import/<int:upload_id>/refused/<int:number>/file/", reporting.refused_file, name="refused_file"),
    path("help/", help_.help_page, name="help"),
    path("account/", account.account, name="account"),
    path("overview/", overview.overview, name="overview"),
    path("today/", today.today, name="today"),
    path("taps/", today.tap, name="tap"),
    path("taps/<uuid:uuid>/undo/", today.untap, name="untap"),
    path("promises/<int:promise_id>/", today.promise, name="promise"),
    path("team/", team.team, name="team"),
    path("team/<int:team_id>/talks/", team.team_talk, name="team_talk"),
    path("ropes/", rope_map.rope_map, name="rope_map"),
    path("ropes/reminders/", reminders.reminders, name="reminders"),
    path("ropes/<slug:initiative_key>/<int:person_id>/", rope_map.rope, name="rope"),
    path("figures/<slug:initiative_key>/<slug:scope>/<int:scope_id>/", figure.figure, name="figure"),
    path("plan/", plan.plan, name="plan"),
    path("plan/playbooks/", playbooks.choosing, name="playbooks"),
    path("plan/form/", playbooks.plan_form, name="plan_form"),
    path("plan/file/", brought.plan_from_file, name="plan_from_file"),
    path("plan/publication/", publication.publication, name="publication"),
    path("plan/announcement/", announcement.sending, name="send_announcement"),
    path("plan/ideas/", plan.ideas, name="ideas"),
    path("announcement/", announcement.acknowledgement, name="acknowledgement"),
    path("people/<int:person_id>/plan/", individual_plan.individual_plan, name="individual_plan"),
    path("people/<int:person_id>/plan/agreement/", individual_plan.agreement, name="agreement"),
    path("people/<int:person_id>/talks/", one_on_one.talks, name="talks"),
    path("people/<int:person_id>/talks/topics/", one_on_one.topics, name="topics"),
    path("people/<int:person_id>/talks/note/", one_on_one.private_note, name="private_note"),
    path("people/<int:person_id>/reviews/", review.reviews, name="reviews"),
]
