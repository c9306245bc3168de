"""A study with two approved sites and one recorded run, and what differs in an answer."""

import shutil

from work import living
from work.ranking import rank_study

APPROVED = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}


def ranked_study(demo, folder):
    """Copy a demo, rank it, approve its first two sites; the folder and what `rank` told."""
    shutil.copytree(demo, folder)
    told = rank_study(folder)
    for site in told["sites"][:2]:
        living.take_step(folder, site["id"], "bersedia")
        living.take_step(folder, site["id"], "approved", **APPROVED)
    return folder, told


def kinds(told):
    """What differs, by kind."""
    return {one["what"] for one in told["differs"]}
