"""How log records are written."""

import logging


class OneLineFormatter(logging.Formatter):
    """One record, one line: a traceback stays with its message, and no input can forge a record."""

    def format(self, record):
        return (
            super().format(record).replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
        )
