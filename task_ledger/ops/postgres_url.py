"""Addresses of PostgreSQL, in the form that libpq reads."""

from urllib.parse import quote, unquote, urlsplit, urlunsplit


def with_role(url: str, role: str) -> str:
    """Return the libpq URL with the option to ``SET ROLE role`` on connecting.

    Options already in the URL are kept; a role among them is overridden.
    """
    parts = urlsplit(url)
    options: list[str] = []
    others: list[str] = []
    for item in filter(None, parts.query.split("&")):
        name, _, value = item.partition("=")
        if name == "options":
            options.append(unquote(value))
        else:
            others.append(item)
    options.append(f"-c role={role}")
    query = "&".join([*others, "options=" + quote(" ".join(options), safe="")])
    return urlunsplit(parts._replace(query=query))


def libpq(url: str) -> str:
    """Return a SQLAlchemy or libpq URL of PostgreSQL in the form that libpq reads."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql"))
