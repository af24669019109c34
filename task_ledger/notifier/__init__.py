"""Notifications: a follower of the timelines that tells webhooks, Slack and mail what has happened.

Rules say what is notified, and channels where to. See `docs/how-to/notify.md`.
"""
