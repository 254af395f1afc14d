"""What a Python traceback says of its cause: the line of code that failed, and the class and words of its exception."""

from __future__ import annotations

import pytest

from case_builders import a_death, diagnosed

TRACE = 'Traceback (most recent call last):\n  File "/app/main.py", line 9, in main\n'
LOOKED_UP = TRACE + '    host = cfg["broker"]["host"]\n'
FETCHED = TRACE + '    port = int(os.getenv("BOT_PORT"))\n'
NOT_A_NUMBER = "ValueError: invalid literal for int() with base 10: 'n/a'\n"


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        pytest.param(
            LOOKED_UP + "KeyError: 'broker'\n", "ConfigurationMissing", id="a key of the settings"
        ),
        pytest.param(
            TRACE + "    peer = row['peer']\nKeyError: 'peer'\n",
            "ApplicationError",
            id="a key of its own data",
        ),
        pytest.param(
            LOOKED_UP + "ConnectionRefusedError: [Errno 111] Connection refused\n",
            "DependencyNotReady",
            id="the settings were read, the connection failed",
        ),
        pytest.param(
            FETCHED + "TypeError: int() argument must be a string, not 'NoneType'\n",
            "ConfigurationMissing",
            id="None of os.getenv",
        ),
        pytest.param(
            FETCHED + NOT_A_NUMBER, "ConfigurationInvalid", id="a variable that is no number"
        ),
        pytest.param(
            "INFO 81 rows\n" + TRACE + "    n = int(cell)\n" + NOT_A_NUMBER,
            "ApplicationError",
            id="a cell that is no number",
        ),
        pytest.param(
            TRACE
            + "ImportError: cannot import name 'Cart' from 'shop.models' (/app/shop/models.py)\n",
            "ApplicationError",
            id="a name that its own module lacks",
        ),
        pytest.param(
            TRACE
            + "ImportError: cannot import name 'url_encode' from 'werkzeug' (/usr/lib/site-packages/werkzeug.py)\n",
            "LibraryMissing",
            id="a name that a library lacks",
        ),
        pytest.param(
            "PermissionError: [Errno 13] Permission denied: '/var/log/shop.log'\n\n"
            "The above exception was the direct cause of the following exception:\n\n"
            + TRACE
            + "ValueError: Unable to configure handler 'file'\n",
            "PermissionDenied",
            id="the errno below the wrapper",
        ),
        pytest.param(
            "Error: Invalid value for '--target': Directory '/data' is not writable.\n",
            "PermissionDenied",
            id="click's own check",
        ),
        pytest.param(
            "Error: Invalid value for '--fields': Path '/config/fields.yaml' does not exist.\n",
            "ConfigurationMissing",
            id="click's own check of a file",
        ),
    ],
)
def test_a_traceback_names(log: str, cause: str) -> None:
    assert diagnosed(log, deaths=(a_death(),)).cause == cause
