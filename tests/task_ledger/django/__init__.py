"""Django: settings, checks, enqueueing, bodies on the ORM, schedules, its Tasks."""
