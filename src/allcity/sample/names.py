"""Made-up words to name schools and organizations with, and ids."""

import numpy as np

_BEGINNINGS = """
    Otter Kelp Tern Marl Heron Bramble Copper Ember Gull Hazel Juniper Lark Mist Nettle Osprey
    Pearl Quill Reed Sedge Thistle Umber Vesper Willow Yarrow Plover Curlew Samphire Cockle Drift Lantern
"""
_ENDINGS = "quay bight weir sluice spar tide shoal eddy fathom oar"


def invented_names(count: int, random: np.random.Generator) -> list[str]:
    """So many different words, such as Otterquay; when all are used they begin again with a number."""
    words = [beginning + ending for beginning in _BEGINNINGS.split() for ending in _ENDINGS.split()]
    order = random.permutation(len(words))
    rounds = [divmod(number, len(words)) for number in range(count)]
    return [words[order[place]] + (f" {again + 1}" if again else "") for again, place in rounds]


def ids(prefix: str, count: int) -> list[str]:
    """So many ids that sort in their own order."""
    width = max(3, len(str(count)))
    return [f"{prefix}{number:0{width}d}" for number in range(1, count + 1)]
