"""Payloads made wrong at any depth: no cycle stops, and the others go through. `./scripts/fuzz`
tries many more.
"""

from pathlib import Path

from sandbox.proofs.fuzzing import cycle, recorded

PAYLOADS = 500


def _payloads(samples: tuple[object, ...] = ()) -> int:
    payloads = seed = 0
    while payloads < PAYLOADS:
        seed += 1
        told = cycle(seed, samples)
        assert told.wrong == (), seed
        payloads += told.payloads
    return payloads


def test_five_hundred_wrong_payloads_stop_no_cycle() -> None:
    assert _payloads() >= PAYLOADS


def test_recorded_payloads_made_wrong_stop_no_cycle(recordings: Path) -> None:
    samples = recorded(recordings)
    assert samples
    assert _payloads(samples) >= PAYLOADS
