"""Messaging: mails and in-app notifications, and what of them people and admins have switched off.

Whoever has something to say sends it in the transaction that it is about:

    from messaging import mail

    mail.send("event_role", to=user, context={"role": "organizer", "link": link}, event=event)

That writes a row and asks for a job; nothing leaves before the transaction has committed, and
nothing at all if it does not. The job hands the mail to the super admin's SMTP server, and tries
again if that fails.

**To add a kind of mail**, an app above this one

1. declares it in its own `mails.py`, which is found by itself when the server starts:

       from messaging.kinds import kind

       kind(
           "event_role",
           recipient="Invited person",
           subject="You are invited to be {role} of {event}",
           example={"role": "organizer", "event": "PyCon", "link": "https://example.org/i/3"},
           secret=("link",),
           notifies=True,
       )

2. writes `templates/mails/event_role.html` and `templates/mails/event_role.txt` in its folder:

       {% extends "mails/base.html" %}
       {% block content %}<p>{{ event }} wants you as {{ role }}.</p>
       {% include "mails/button.html" with url=link label="Accept" %}{% endblock %}

   A kind whose words people may write anew each time has `message=` in its declaration instead.

That is all: `migrate` gives the kind its row in the message settings, which an admin can switch
off, and the tests in `tests/messaging/` render its example. `messaging/kinds.py` says what each
word of a declaration means, `messaging/mail.py` what can be said when a mail is sent.
"""
