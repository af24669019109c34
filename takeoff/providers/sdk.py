"""Asking by an SDK: what it raises becomes an error of ours, which holds no key.

The SDKs are generated alike: their errors have the same names, in modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from takeoff.providers.errors import ProviderError
from takeoff.providers.faults import Faults

T = TypeVar("T")


@dataclass(frozen=True)
class Sdk:
    """An SDK by its ``errors``, the module that has them, and how it hands over what a server
    says: ``told`` takes the body of a refusal and returns its message, if it has one.
    """

    errors: Any
    told: Callable[[Any], object]

    def asked(self, ask: Callable[[], T], faults: Faults, timeout_s: float) -> T:
        """Return what ``ask`` returns, which asks by this SDK once, for at most ``timeout_s``.

        Raises:
            ProviderError: as :class:`takeoff.providers.provider.Provider` says.
        """
        failed: ProviderError
        # Raised outside of the handlers: what the SDK raised may quote the key.
        try:
            return ask()
        except self.errors.APIStatusError as error:
            told = self.told(error.body) if isinstance(error.body, dict) else None
            failed = faults.of_status(
                error.status_code,
                error.response.headers,
                told if isinstance(told, str) else error.message,
            )
        except self.errors.APITimeoutError:
            failed = faults.silent(timeout_s)
        except self.errors.APIConnectionError as error:
            failed = faults.unreachable(str(error.__cause__ or error))
        except ValidationError as error:
            failed = faults.not_as_asked(error)
        except self.errors.APIError as error:
            failed = faults.unusable(error.message)
        raise failed
