"""`make bench`: how fast the measures are, against a peer in the same run. Nothing here fails for being slow."""

import argparse
import sys

from benchmarks import catchment, conditions, health, lighthouse, matching, pages, placement, supplanting, whole

BENCHMARKS = {
    "catchment": catchment,
    "placement": placement,
    "matching": matching,
    "health": health,
    "supplanting": supplanting,
    "conditions": conditions,
    "whole": whole,
    "pages": pages,
    "lighthouse": lighthouse,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *BENCHMARKS], help="run these alone")
    names = parser.parse_args().only or list(BENCHMARKS)
    print(f"{'what':58} {'ours':>10} {'peer':>10} {'ratio':>9}  peer and note")
    for name in names:
        for row in BENCHMARKS[name].run():
            peer, ours = row["peer_seconds"], row["ours_seconds"]
            ratio = f"{peer / ours:8.1f}x" if peer else ""
            print(
                f"{row['what'][:58]:58} {_seconds(ours):>10} {_seconds(peer):>10} {ratio:>9}  "
                f"{'; '.join(part for part in (row['peer'], row['note']) if part)}"
            )
            sys.stdout.flush()


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value * 1000:.2f} ms" if value < 0.1 else f"{value:.2f} s"


if __name__ == "__main__":
    main()
