"""Reading and embedding at the same time: one thread publishes texts, another makes the vectors of those published."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from index.errors import CitewiseError
from index.interrupt import Ending
from index.publish import TextPublisher
from index.segments import Embedded, VectorPublisher

MOMENT = 1.0  # seconds between two looks for new texts, if nobody tells of one


def read_and_embed(
    publisher: TextPublisher,
    vectors: VectorPublisher,
    read: Callable[[], None],
    on_embedded: Callable[[int, int], None],
    ending: Ending,
) -> Embedded:
    """Runs `read`, which publishes texts, in a thread, and makes vectors in this one until all have one.

    An EmbedderError is raised when everything is read; whatever else ends one of the two ends the other.
    """
    with ThreadPoolExecutor(1, "texts") as pool:
        reading = pool.submit(read)

        def texts_done() -> bool:
            ending.check()
            if reading.done():
                reading.result()  # raises what ended the reading
            return reading.done()

        reading.add_done_callback(lambda _: publisher.published.set())

        def wait() -> None:
            publisher.published.wait(MOMENT)
            publisher.published.clear()

        try:
            try:
                return vectors.run(on_embedded, texts_done, wait)
            except CitewiseError:  # without vectors, words are worth having
                while not wait_for([reading], MOMENT).done:
                    ending.check()
                raise
        except CitewiseError:
            raise
        except BaseException:
            publisher.halt()
            raise
