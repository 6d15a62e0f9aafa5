"""Never more than one request per host within a pause, whichever thread asks."""

import threading
import time


class Pace:
    """Gives each host its turns. ``clock`` and ``sleep`` are those of the module ``time`` in service."""

    def __init__(self, pause, clock=time.monotonic, sleep=time.sleep):
        self.pause, self.clock, self.sleep = pause, clock, sleep
        self.lock = threading.Lock()
        self.next_turn = {}

    def wait(self, host):
        """Return when it is this caller's turn to ask the host."""
        with self.lock:
            now = self.clock()
            turn = max(now, self.next_turn.get(host, now))
            self.next_turn[host] = turn + self.pause
        if turn > now:
            self.sleep(turn - now)
