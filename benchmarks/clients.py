"""Asks a server over HTTP, one question after another or from eight clients at once."""

import http.client
import statistics
import threading
import time


class Client:
    """One connection that is kept open, as a browser or a proxy does."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def get(self, address):
        """(seconds until the last byte, body); any answer but 200 ends the measurement."""
        start = time.perf_counter()
        self.connection.request("GET", address)
        response = self.connection.getresponse()
        body = response.read()
        taken = time.perf_counter() - start
        if response.status != 200:
            raise SystemExit(f"{address}: {response.status} {body[:500]}")
        return taken, body

    def drain(self, address):
        """Seconds for an answer that is too long to be kept, and its length."""
        start = time.perf_counter()
        self.connection.request("GET", address)
        response, length = self.connection.getresponse(), 0
        while part := response.read(2**16):
            length += len(part)
        return time.perf_counter() - start, length


def rate(port, addresses, seconds, clients=8):
    """Answers a second to some clients that ask without pause, in turn for each address."""
    counts, stop = [0] * clients, time.monotonic() + seconds

    def work(number):
        client, place = Client(port), number
        while time.monotonic() < stop:
            client.get(addresses[place % len(addresses)])
            place += 1
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def quantile(times, share):
    if len(times) < 2:
        return times[0]
    return statistics.quantiles(times, n=100)[round(share * 100) - 1]
