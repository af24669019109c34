"""Addresses of databases, as libpq and SQLAlchemy write them."""

import pytest
from sqlalchemy import make_url

from task_ledger.cli.configuration import InvalidSettings
from task_ledger.cli.connection import checked
from task_ledger.eventlog.database import sqlalchemy_url


@pytest.mark.parametrize(
    ("address", "hosts", "others"),
    [
        (
            "postgresql://me:a%40b@db1:5432,db2:5433/shop?target_session_attrs=read-write",
            ("db1:5432", "db2:5433"),
            {"target_session_attrs": "read-write"},
        ),
        ("postgres://db1,db2/shop", ("db1", "db2"), {}),
    ],
)
def test_sqlalchemy_gets_every_host_of_an_address(
    address: str, hosts: tuple[str, ...], others: dict[str, str]
) -> None:
    url = make_url(sqlalchemy_url(address))
    assert (url.drivername, url.database, url.host) == ("postgresql+psycopg", "shop", None)
    assert url.query == {"host": hosts, **others}
    assert url.password == ("a@b" if "@" in address else None)


def test_an_address_with_one_host_stays_as_it_is() -> None:
    address = "postgresql://me:a%2Cb@db1:5432/shop?options=-c%20role%3Dx%2Cy"
    assert sqlalchemy_url(address) == address.replace("postgresql:", "postgresql+psycopg:", 1)


@pytest.mark.parametrize("ports", ["5432", "5432,h:5433", "5432,h"])
def test_a_command_takes_an_address_with_several_hosts(ports: str) -> None:
    assert checked(f"postgresql://me@h:{ports}/shop").endswith("/shop")


@pytest.mark.parametrize("ports", ["x", "0", "70000", "5432,h:70000"])
def test_a_command_refuses_a_port_that_is_none(ports: str) -> None:
    with pytest.raises(InvalidSettings, match="cannot be read"):
        checked(f"postgresql://me@h:{ports}/shop")
