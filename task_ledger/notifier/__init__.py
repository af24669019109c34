"""Notifications: a follower of the timelines that sends events to webhooks, Slack and mail.

Rules select the events, channels are the destinations. See `docs/how-to/notify.md`.
"""
